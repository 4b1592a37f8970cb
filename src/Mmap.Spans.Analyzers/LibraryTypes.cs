using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Mmap.Spans.Analyzers;

/// <summary>
/// The types of the library in a compilation, by their metadata names; one that is not there is null.
/// </summary>
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

    /// <summary>The types, or null where the compilation does not know the library.</summary>
    public static LibraryTypes? Of(Compilation compilation)
    {
        var types = new LibraryTypes(compilation);
        return types.File is null ? null : types;
    }

    /// <summary>What a call makes that its caller must end, in words; null if nothing.</summary>
    public string? MadeBy(IInvocationOperation call)
    {
        ITypeSymbol made = call.TargetMethod.ReturnType;
        // A ref struct cannot be somebody else's: whoever returns it gives it away.
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

    /// <summary>Whether a type promises memory until it is disposed or moved: a lease or a cursor.</summary>
    public bool IsOwner(ITypeSymbol? type) => IsLease(type) || Same(type, Cursor);

    /// <summary>Whether a type is a lease.</summary>
    public bool IsLease(ITypeSymbol? type) =>
        Same(type, SpanLease) || Same(type, MemoryLease) || Same(type, SequenceLease);

    /// <summary>
    /// Whether a value of a type may refer to leased memory: a span, what holds one, a memory or a sequence.
    /// </summary>
    public bool IsView(ITypeSymbol? type) => type is { IsRefLikeType: true } ? !Same(type, SpanLease) : IsMemory(type);

    /// <summary>Whether a type refers to leased memory and may lie on the heap.</summary>
    public bool IsMemory(ITypeSymbol? type) => _memories.Any(memory => Same(type?.OriginalDefinition, memory));

    /// <summary>Whether a type is a task.</summary>
    public bool IsTask(ITypeSymbol? type) => _tasks.Any(task => Same(type?.OriginalDefinition, task));

    /// <summary>Whether a call lets go what its receiver, a lease or a cursor, showed.</summary>
    public bool Ends(IInvocationOperation call) => ReceiverOf(call) is { } type && IsOwner(type)
        && (call.TargetMethod.Name == "Dispose"
            || (Same(type, Cursor) && call.TargetMethod.Name is "MoveTo" or "GetSpan" or "Release"));

    /// <summary>The type of what a call is made on, before it was made an interface for it.</summary>
    public static ITypeSymbol? ReceiverOf(IInvocationOperation call)
    {
        IOperation? receiver = call.Instance;
        while (receiver is IConversionOperation conversion) receiver = conversion.Operand;
        return receiver?.Type;
    }

    /// <summary>Whether two types are one; null is no type.</summary>
    public static bool Same(ITypeSymbol? one, ITypeSymbol? other) =>
        one is not null && SymbolEqualityComparer.Default.Equals(one, other);
}
