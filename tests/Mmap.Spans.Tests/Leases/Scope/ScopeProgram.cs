namespace Mmap.Spans.Tests.Leases.Scope;

/// <summary>A few members of a class that use a lease's span, and the compiler's verdict on them.</summary>
/// <param name="Name">The purpose of the program, as a name.</param>
/// <param name="Since">The first version of the language with the features of the program.</param>
/// <param name="Code">Members of a class; <c>File</c> is a file.</param>
/// <param name="Errors">The diagnostics' ids, each once, in order; none for a program that compiles.</param>
internal sealed record ScopeProgram(string Name, int Since, string Code, params string[] Errors);
