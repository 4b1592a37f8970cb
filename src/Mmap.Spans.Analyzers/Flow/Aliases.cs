using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Mmap.Spans.Analyzers.Flow;

/// <summary>The variables that the <c>ref</c> locals of a graph stand for.</summary>
/// <remarks>Only a local that refers to one variable all its life has one. A local that is assigned by reference again,
/// or refers to an element, stands for itself.</remarks>
internal sealed class Aliases
{
    private readonly Dictionary<ISymbol, ISymbol?> _targets = new(SymbolEqualityComparer.Default);

    public Aliases(ControlFlowGraph graph)
    {
        foreach (IOperation operation in graph.Blocks.SelectMany(Graphs.Operations))
        {
            if (operation is not ISimpleAssignmentOperation { IsRef: true } bound) continue;
            if (bound.Target is not ILocalReferenceOperation { Local: var local }) continue;
            _targets[local] = _targets.ContainsKey(local) ? null : TargetOf(bound.Value);
        }
    }

    /// <summary>The variable that a local stands for: itself, if it is no alias.</summary>
    public ISymbol VariableOf(ILocalSymbol local)
    {
        ISymbol variable = local;
        while (_targets.TryGetValue(variable, out ISymbol? target) && target is not null) variable = target;
        return variable;
    }

    private static ISymbol? TargetOf(IOperation value) => value switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        IFieldReferenceOperation { Instance: null or IInstanceReferenceOperation } field => field.Field,
        _ => null,
    };
}
