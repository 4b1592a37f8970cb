using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Mmap.Spans.Analyzers;

/// <summary>The block of a heap lease, and the expressions that keep its memory longer.</summary>
internal sealed class LeaseScope
{
    private static readonly string[] s_adding =
        ["Add", "TryAdd", "Insert", "Enqueue", "Push", "AddFirst", "AddLast", "TryWrite"];

    private static readonly string[] s_waiting = ["Wait", "WaitAll", "WaitAny", "GetResult", "Join"];

    private readonly LibraryTypes _types;
    private readonly ILocalSymbol _lease;
    private readonly IOperation _block;

    public LeaseScope(LibraryTypes types, IVariableDeclaratorOperation lease)
    {
        _types = types;
        _lease = lease.Symbol;
        IOperation scope = lease;
        while (scope.Parent is { } parent && scope is not IUsingOperation && parent is not IBlockOperation)
            scope = parent;
        _block = scope is IUsingOperation ? scope : scope.Parent ?? scope;
    }

    /// <summary>Every expression in the block that hands the memory to an owner that outlives it.</summary>
    public IEnumerable<IOperation> Kept()
    {
        foreach (IOperation operation in _block.Descendants())
        {
            IOperation? kept = operation switch
            {
                ISimpleAssignmentOperation assigned when IsOutside(assigned.Target) => Refers(assigned.Value),
                IInvocationOperation call when IsAdding(call) => FirstOf(call.Arguments),
                IInvocationOperation call when _types.IsTask(call.Type) && !IsAwaited(call) => FirstOf(call.Arguments),
                IReturnOperation { ReturnedValue: IDelegateCreationOperation returned } => Refers(returned),
                _ => null,
            };
            if (kept is not null) yield return kept;
        }
    }

    private IOperation? FirstOf(IEnumerable<IArgumentOperation> arguments) =>
        arguments.Select(argument => Refers(argument.Value)).FirstOrDefault(refers => refers is not null);

    /// <summary>The value, if it is the lease, its memory, or a function that uses either; otherwise null.</summary>
    private IOperation? Refers(IOperation value)
    {
        while (value is IConversionOperation conversion) value = conversion.Operand;
        if (value is IDelegateCreationOperation { Target: IAnonymousFunctionOperation function })
            return function.Descendants().FirstOrDefault(used => used is ILocalReferenceOperation && IsLeased(used));
        return IsLeased(value) ? value : null;
    }

    private bool IsLeased(IOperation value) => value switch
    {
        ILocalReferenceOperation { Local: var local } when SymbolEqualityComparer.Default.Equals(local, _lease) => true,
        ILocalReferenceOperation { Local: var local } when _types.IsMemory(local.Type) => IsInitializedWithIt(local),
        IPropertyReferenceOperation { Instance: { } instance } when _types.IsMemory(value.Type) => IsLeased(instance),
        IInvocationOperation { Instance: { } instance } when _types.IsMemory(value.Type) => IsLeased(instance),
        IImplicitIndexerReferenceOperation { Instance: var sliced } when _types.IsMemory(value.Type) =>
            IsLeased(sliced),
        IObjectCreationOperation { Arguments: var parts } when _types.IsMemory(value.Type) =>
            parts.Any(part => IsLeased(part.Value)),
        _ => false,
    };

    private bool IsInitializedWithIt(ILocalSymbol local) =>
        _block.Descendants().OfType<IVariableDeclaratorOperation>().Any(declarator =>
            SymbolEqualityComparer.Default.Equals(declarator.Symbol, local)
            && declarator.GetVariableInitializer() is { Value: var value } && IsLeased(value));

    /// <summary>
    /// True if the target of an assignment outlives the block: a member or an element of an object from outside.
    /// </summary>
    private bool IsOutside(IOperation target) => target switch
    {
        IFieldReferenceOperation { Instance: var instance } => !IsOfBlock(instance),
        IPropertyReferenceOperation { Instance: var instance } => !IsOfBlock(instance),
        IArrayElementReferenceOperation element => !IsOfBlock(element.ArrayReference),
        IParameterReferenceOperation { Parameter.RefKind: RefKind.Out or RefKind.Ref } => true,
        _ => false,
    };

    private bool IsAdding(IInvocationOperation call) => call.Instance is { } receiver && !IsOfBlock(receiver)
        && Array.IndexOf(s_adding, call.TargetMethod.Name) >= 0;

    /// <summary>True if a value ends with the block: a local of it, or a value without a name.</summary>
    private bool IsOfBlock(IOperation? value) => value switch
    {
        ILocalReferenceOperation { Local: var local } =>
            _block.Descendants().OfType<IVariableDeclaratorOperation>().Any(declarator =>
                SymbolEqualityComparer.Default.Equals(declarator.Symbol, local)),
        null or IFieldReferenceOperation or IInstanceReferenceOperation or IParameterReferenceOperation => false,
        IPropertyReferenceOperation { Instance: var instance } => IsOfBlock(instance),
        _ => true,
    };

    /// <summary>True if a task, or a later one, is visibly awaited before the block ends.</summary>
    private bool IsAwaited(IInvocationOperation task)
    {
        for (IOperation? around = task.Parent; around is not null && around != _block; around = around.Parent)
            if (around is IAwaitOperation) return true;
            else if (around is IAnonymousFunctionOperation) return true;

        return _block.Descendants().Any(later => later.Syntax.Span.End > task.Syntax.Span.End && later switch
        {
            IAwaitOperation => true,
            IInvocationOperation call => Array.IndexOf(s_waiting, call.TargetMethod.Name) >= 0,
            IPropertyReferenceOperation property => property.Property.Name == "Result",
            _ => false,
        });
    }
}
