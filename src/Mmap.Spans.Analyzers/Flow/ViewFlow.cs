using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Mmap.Spans.Analyzers.Flow;

/// <summary>
/// Follows leases, cursors and their spans through a graph; reports each span that is used after its end.
/// </summary>
internal sealed class ViewFlow
{
    /// <summary>The key of a return's value until its <c>finally</c> blocks have run.</summary>
    private static readonly object s_returned = new();

    private readonly LibraryTypes _types;
    private readonly ControlFlowGraph _graph;
    private readonly Aliases _aliases;
    private readonly Action<IOperation, IOperation> _found;

    /// <param name="types">The library's types.</param>
    /// <param name="graph">The graph.</param>
    /// <param name="found">Receives a use and the call that ended the used value.</param>
    public ViewFlow(LibraryTypes types, ControlFlowGraph graph, Action<IOperation, IOperation> found)
    {
        _types = types;
        _graph = graph;
        _aliases = new Aliases(graph);
        _found = found;
    }

    public void Run() => new GraphWalk(_graph, Transfer, Leave).Run();

    private ViewState Transfer(BasicBlock block, ViewState state)
    {
        foreach (IOperation operation in block.Operations) state = Visit(operation, state);
        if (block.BranchValue is not { } value) return state;
        state = Visit(value, state);
        return block.FallThroughSuccessor?.Semantics == ControlFlowBranchSemantics.Return
            ? state.With(s_returned, HoldingOf(value, state) is { EndedBy: null } good ? good : null)
            : state;
    }

    private void Leave(BasicBlock block, ViewState state)
    {
        if (block.BranchValue is { } value && state[s_returned]?.EndedBy is { } end) _found(value, end);
    }

    private ViewState Visit(IOperation operation, ViewState state)
    {
        foreach (IOperation child in operation.ChildOperations) state = Visit(child, state);
        switch (operation)
        {
            case ISimpleAssignmentOperation { IsRef: true, Target: ILocalReferenceOperation { Local: var local } }
                when _types.IsOwner(local.Type):
                return Bind(local, state);
            case ISimpleAssignmentOperation assigned when VariableOf(assigned.Target) is { } variable:
                return Assign(variable, assigned.Value, state, assigned.IsRef);
            case IFlowCaptureOperation capture:
                return Assign(capture.Id, capture.Value, state, byReference: false);
            case IInvocationOperation call when _types.Ends(call) && HoldingOf(call.Instance!, state) is { } pins:
                return End(call, pins, state);
            case IArgumentOperation { Parameter.RefKind: RefKind.Out or RefKind.Ref } argument
                when VariableOf(argument.Value) is { } variable:
                // The callee writes it: its value is unknown now.
                return state.With(variable, null);
            default:
                Check(operation, state);
                return state;
        }
    }

    private ViewState Assign(object variable, IOperation value, ViewState state, bool byReference)
    {
        if (Taken(value) is { } taken)
            return state.Aged(taken).With(variable, Holding.Of(taken));
        Holding? holding = byReference ? ReferenceOf(value, state) : HoldingOf(value, state);
        // The pins of a variable from outside are named when it is copied: the end of the copy ends them.
        if (VariableOf(Unconverted(value)) is { } source && _types.IsOwner(value.Type))
            state = state.With(source, holding);
        return state.With(variable, holding);
    }

    /// <summary>Binds a <c>ref</c> local to an owner. An alias needs no state of its own.</summary>
    private ViewState Bind(ILocalSymbol local, ViewState state) =>
        SymbolEqualityComparer.Default.Equals(_aliases.VariableOf(local), local)
            // The owner is unknown, and another one than before.
            ? state.Aged(local).With(local, null)
            : state;

    private ViewState End(IInvocationOperation call, Holding pins, ViewState state)
    {
        if (LibraryTypes.Same(LibraryTypes.ReceiverOf(call), _types.Cursor))
            return state.Ended(pins, call, variable => !IsOwner(variable));
        IOperation disposed = Unconverted(call.Instance!);
        // Through a read-only reference a copy of a span lease is disposed, and the variable shows its bytes still.
        if (IsReadOnly(disposed) && LibraryTypes.Same(disposed.Type, _types.SpanLease)
            && VariableOf(disposed) is { } kept)
            return state.With(kept, pins).Ended(pins, call, _ => true);
        // A disposed variable throws when it is used again; a copy of a span lease does not.
        return state.Ended(pins, call, variable => !variable.Equals(VariableOf(disposed)));
    }

    private static bool IsReadOnly(IOperation variable) => variable switch
    {
        IParameterReferenceOperation { Parameter.RefKind: RefKind.In or RefKind.RefReadOnlyParameter } => true,
        ILocalReferenceOperation { Local.RefKind: RefKind.RefReadOnly } => true,
        IFieldReferenceOperation { Field.IsReadOnly: true } => true,
        _ => false,
    };

    /// <summary>
    /// Reports a read of an ended value. Reading its length and copying it into another variable are allowed.
    /// </summary>
    private void Check(IOperation operation, ViewState state)
    {
        if (operation is IPropertyReferenceOperation { Instance: { } owner } property && _types.IsLease(owner.Type)
            && _types.IsView(property.Type) && HoldingOf(owner, state)?.EndedBy is { } ended)
        {
            _found(operation, ended);
            return;
        }

        if (operation is not (ILocalReferenceOperation or IParameterReferenceOperation)
            || VariableOf(operation) is not { } variable)
            return;
        if (IsOwner(variable) || state[variable]?.EndedBy is not { } end || IsPassedOn(operation)) return;
        _found(operation, end);
    }

    private bool IsPassedOn(IOperation read)
    {
        IOperation value = read;
        while (value.Parent is IConversionOperation) value = value.Parent;
        return value.Parent switch
        {
            ISimpleAssignmentOperation assigned => assigned.Target == value || VariableOf(assigned.Target) is not null,
            IFlowCaptureOperation => true,
            IPropertyReferenceOperation { Property.Name: "Length" or "IsEmpty" } => _types.IsView(value.Type),
            IArgumentOperation { Parameter.RefKind: RefKind.Out } => true,
            _ => false,
        };
    }

    /// <summary>The pins that a value refers to; null if there are none.</summary>
    private Holding? HoldingOf(IOperation value, ViewState state)
    {
        if (VariableOf(value) is { } variable)
            return state[variable] ?? (_types.IsOwner(value.Type) ? Holding.Of(variable) : null);
        if (value is IConversionOperation conversion) return HoldingOf(conversion.Operand, state);
        if (!_types.IsView(value.Type)) return null;
        return value switch
        {
            IPropertyReferenceOperation { Instance: { } instance } => HoldingOf(instance, state),
            IFieldReferenceOperation { Instance: { } instance } => HoldingOf(instance, state),
            IImplicitIndexerReferenceOperation indexer => HoldingOf(indexer.Instance, state),
            IInvocationOperation call => OfParts(call.Instance, call.Arguments, state),
            IObjectCreationOperation created => OfParts(null, created.Arguments, state),
            _ => null,
        };
    }

    private Holding? OfParts(IOperation? instance, IEnumerable<IArgumentOperation> arguments, ViewState state)
    {
        Holding? parts = instance is null ? null : HoldingOf(instance, state);
        foreach (IArgumentOperation argument in arguments)
            if (argument.Value.Type is { IsRefLikeType: true } || _types.IsMemory(argument.Value.Type))
                parts = Holding.Join(parts, HoldingOf(argument.Value, state));
        return parts;
    }

    /// <summary>The pins behind a reference to an element.</summary>
    private Holding? ReferenceOf(IOperation value, ViewState state) => value switch
    {
        IPropertyReferenceOperation { Instance: { } instance } => HoldingOf(instance, state),
        IInvocationOperation call => OfParts(call.Instance, call.Arguments, state),
        _ => HoldingOf(value, state),
    };

    /// <summary>The call that takes a new pin; null if the value is none.</summary>
    private IOperation? Taken(IOperation value)
    {
        value = Unconverted(value);
        return value is IInvocationOperation or IObjectCreationOperation && _types.IsOwner(value.Type) ? value : null;
    }

    /// <summary>The key of a variable: its symbol, or the number of a capture; null for any other operation.</summary>
    private object? VariableOf(IOperation operation) => operation switch
    {
        ILocalReferenceOperation local => _aliases.VariableOf(local.Local),
        IParameterReferenceOperation parameter => parameter.Parameter,
        IFieldReferenceOperation { Instance: null or IInstanceReferenceOperation } field => field.Field,
        IFlowCaptureReferenceOperation capture => capture.Id,
        _ => null,
    };

    private static IOperation Unconverted(IOperation value)
    {
        while (value is IConversionOperation conversion) value = conversion.Operand;
        return value;
    }

    private bool IsOwner(object variable) => variable switch
    {
        ILocalSymbol local => _types.IsOwner(local.Type),
        IParameterSymbol parameter => _types.IsOwner(parameter.Type),
        IFieldSymbol field => _types.IsOwner(field.Type),
        _ => false,
    };
}
