using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Mmap.Spans.Analyzers;

/// <summary>The library's types in a compilation, by their metadata names; a missing type is null.</summary>
internal sealed class LibraryTypes
{
    private readonly INamedTypeSymbol?[] _makers;
    private readonly INamedTypeSymbol?[] _memories;
    private readonly INamedTypeSymbol?[] _tasks;

    private LibraryTypes(Compilation compilation)
    {
        INamedTypeSymbol? Type(string name) => compilation.GetTypeByMetadataName(name);
        SpanLease = Type("Mmap.Spans.SpanLease");
        MemoryLease = Type("Mmap.Spans.MemoryLease");
        SequenceLease = Type("Mmap.Spans.SequenceLease");
        Cursor = Type("Mmap.Spans.WindowCursor");
        Buffer = Type("Mmap.Spans.MappedBuffer");
        File = Type("Mmap.Spans.MappedFile");
        Manager = Type("Mmap.Spans.MapManager");
        Reader = Type("System.IO.Pipelines.PipeReader");
        Stream = Type("System.IO.Stream");
        _makers = [File, Manager, Cursor, Buffer, Type("Mmap.Spans.SpanReader")];
        _memories =
        [
            Type("System.ReadOnlyMemory`1"), Type("System.Memory`1"), Type("System.Buffers.ReadOnlySequence`1"),
        ];
        _tasks =
        [
            Type("System.Threading.Tasks.Task"), Type("System.Threading.Tasks.Task`1"),
            Type("System.Threading.Tasks.ValueTask"), Type("System.Threading.Tasks.ValueTask`1"),
        ];
    }

    public INamedTypeSymbol? SpanLease { get; }

    public INamedTypeSymbol? MemoryLease { get; }

    public INamedTypeSymbol? SequenceLease { get; }

    public INamedTypeSymbol? Cursor { get; }

    public INamedTypeSymbol? Buffer { get; }

    public INamedTypeSymbol? File { get; }

    public INamedTypeSymbol? Manager { get; }

    public INamedTypeSymbol? Reader { get; }

    public INamedTypeSymbol? Stream { get; }

    /// <summary>The types, or null if the compilation does not reference the library.</summary>
    public static LibraryTypes? Of(Compilation compilation)
    {
        var types = new LibraryTypes(compilation);
        return types.File is null ? null : types;
    }

    /// <summary>The name of the object that a call makes and its caller must end; null if there is none.</summary>
    public string? MadeBy(IInvocationOperation call)
    {
        ITypeSymbol made = call.TargetMethod.ReturnType;
        // A method that returns a ref struct by value gives it to the caller.
        if (Same(made, SpanLease) && !call.TargetMethod.ReturnsByRef && !call.TargetMethod.ReturnsByRefReadonly)
            return "span lease";
        if (!_makers.Any(maker => Same(call.TargetMethod.ContainingType, maker))) return null;
        return Same(made, MemoryLease) ? "memory lease"
            : Same(made, SequenceLease) ? "sequence lease"
            : Same(made, Cursor) ? "cursor"
            : Same(made, Buffer) ? "buffer"
            : Same(made, File) ? "file"
            : Same(made, Stream) ? "stream"
            : Same(made, Reader) ? "reader"
            : null;
    }

    /// <summary>True if a type promises memory until it is disposed or moved: a lease or a cursor.</summary>
    public bool IsOwner(ITypeSymbol? type) => IsLease(type) || Same(type, Cursor);

    /// <summary>True if a type is a lease.</summary>
    public bool IsLease(ITypeSymbol? type) =>
        Same(type, SpanLease) || Same(type, MemoryLease) || Same(type, SequenceLease);

    /// <summary>
    /// True if a value of the type may refer to leased memory: a span, a type with a span, a memory or a sequence.
    /// </summary>
    public bool IsView(ITypeSymbol? type) => type is { IsRefLikeType: true } ? !Same(type, SpanLease) : IsMemory(type);

    /// <summary>True if a type refers to leased memory and may be stored on the heap.</summary>
    public bool IsMemory(ITypeSymbol? type) => _memories.Any(memory => Same(type?.OriginalDefinition, memory));

    /// <summary>True if a type is a task.</summary>
    public bool IsTask(ITypeSymbol? type) => _tasks.Any(task => Same(type?.OriginalDefinition, task));

    /// <summary>True if a call ends the memory that its receiver, a lease or a cursor, showed.</summary>
    public bool Ends(IInvocationOperation call) => ReceiverOf(call) is { } type && IsOwner(type)
        && (call.TargetMethod.Name == "Dispose"
            || (Same(type, Cursor) && call.TargetMethod.Name is "MoveTo" or "GetSpan" or "Release"));

    /// <summary>The type of a call's receiver, before a conversion to an interface.</summary>
    public static ITypeSymbol? ReceiverOf(IInvocationOperation call)
    {
        IOperation? receiver = call.Instance;
        while (receiver is IConversionOperation conversion) receiver = conversion.Operand;
        return receiver?.Type;
    }

    /// <summary>True if two types are the same; false for null.</summary>
    public static bool Same(ITypeSymbol? one, ITypeSymbol? other) =>
        one is not null && SymbolEqualityComparer.Default.Equals(one, other);
}
