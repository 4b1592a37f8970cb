using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using Mmap.Spans.Analyzers.Flow;

namespace Mmap.Spans.Analyzers;

/// <summary>The owner of the object that a call made, and the end of it.</summary>
internal static class Ownership
{
    /// <summary>The destination of a value at the place where it is made.</summary>
    /// <param name="made">The call.</param>
    /// <param name="local">The local that holds it, if one does.</param>
    public static Fate FateOf(IInvocationOperation made, out ILocalSymbol? local)
    {
        local = null;
        IOperation value = Outermost(made);
        switch (value.Parent)
        {
            case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator }:
                local = declarator.Symbol;
                return IsOfUsing(declarator) ? Fate.Elsewhere : Fate.Local;
            case ISimpleAssignmentOperation { Target: ILocalReferenceOperation target }:
                local = target.Local;
                return Fate.Local;
            case ISimpleAssignmentOperation { Target: IDiscardOperation }:
            case IExpressionStatementOperation:
                return Fate.Lost;
            case IArgumentOperation { Parameter: { RefKind: RefKind.In or RefKind.RefReadOnlyParameter } lent }:
                return made.Type is { IsRefLikeType: true } && !IsEndedByItsMethod(lent) ? Fate.Lost : Fate.Elsewhere;
            default:
                return IsReceiver(value) && !IsEnded(value) ? Fate.Lost : Fate.Elsewhere;
        }
    }

    /// <summary>True if a local is never ended, and only its members are used.</summary>
    /// <param name="local">The local.</param>
    /// <param name="body">All operations that can see it.</param>
    public static bool IsLeftOpen(ILocalSymbol local, IOperation body) =>
        References(local, body).All(reference => IsHarmless(reference));

    /// <summary>
    /// True if a local loses what a call made, open, on some path. False in doubt: if another owner may end it.
    /// </summary>
    /// <param name="context">The graphs of the method.</param>
    /// <param name="body">All operations that can see the local.</param>
    /// <param name="made">The call.</param>
    /// <param name="local">The local that holds what it made.</param>
    public static bool IsLostOnAPath(
        OperationBlockAnalysisContext context, IOperation body, IInvocationOperation made, ILocalSymbol local)
    {
        SyntaxNode? target = TargetOf(made);
        ILocalReferenceOperation[] references = [.. References(local, body)];
        // A variable by reference is another owner's, too.
        if (target is null || local.RefKind != RefKind.None) return false;
        if (!references.All(it => IsEnd(it) || (IsHarmless(it) && !IsTested(it)))) return false;
        HashSet<SyntaxNode> ends = [.. references.Where(IsEnd).Select(end => end.Syntax)];
        foreach (ControlFlowGraph graph in Graphs.Of(context))
        {
            HashSet<SyntaxNode> inside =
            [
                .. graph.Blocks.SelectMany(Graphs.Operations).OfType<ILocalReferenceOperation>()
                    .Select(reference => reference.Syntax),
            ];
            // A function inside the method ends or writes the local at times that no graph knows.
            if (inside.Contains(target))
                return references.All(it => inside.Contains(it.Syntax))
                    && new LossWalk(graph, local, target, ends).IsLost();
        }

        return false;
    }

    /// <summary>Every use of a local.</summary>
    public static IEnumerable<ILocalReferenceOperation> References(ILocalSymbol local, IOperation body) =>
        body.DescendantsAndSelf().OfType<ILocalReferenceOperation>()
            .Where(reference => SymbolEqualityComparer.Default.Equals(reference.Local, local));

    /// <summary>True if a call ends its receiver.</summary>
    public static bool IsEnding(IInvocationOperation call) =>
        call.TargetMethod.Name is "Dispose" or "DisposeAsync" or "Close" or "Complete" or "CompleteAsync" or "AsStream";

    /// <summary>True if a declarator is part of a <c>using</c>.</summary>
    public static bool IsOfUsing(IVariableDeclaratorOperation declarator) =>
        declarator.Parent?.Parent?.Parent is IUsingDeclarationOperation or IUsingOperation
        || declarator.Parent?.Parent is IUsingOperation;

    /// <summary>True if a use of a local does not pass on the duty to end it.</summary>
    public static bool IsHarmless(ILocalReferenceOperation reference)
    {
        IOperation value = Outermost(reference);
        return value.Parent switch
        {
            ISimpleAssignmentOperation assigned => assigned.Target == value,
            IArgumentOperation { Parameter: { RefKind: RefKind.In or RefKind.RefReadOnlyParameter } lent } =>
                !IsEndedByItsMethod(lent),
            IBinaryOperation or IIsPatternOperation or INameOfOperation => true,
            _ => IsReceiver(value) && !IsEnded(value),
        };
    }

    /// <summary>
    /// True if a method that is visible ends its read-only parameter: of a span lease a copy, which ends all.
    /// </summary>
    private static bool IsEndedByItsMethod(IParameterSymbol parameter) =>
        parameter.ContainingSymbol.DeclaringSyntaxReferences
            .SelectMany(reference => reference.GetSyntax().DescendantNodes())
            .Any(node => node switch
            {
                MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Dispose", Expression: var disposed } =>
                    disposed is IdentifierNameSyntax name && name.Identifier.ValueText == parameter.Name,
                UsingStatementSyntax { Expression: IdentifierNameSyntax used } =>
                    used.Identifier.ValueText == parameter.Name,
                _ => false,
            });

    /// <summary>The syntax by which a local gets what a call made: its declarator, or the left side.</summary>
    private static SyntaxNode? TargetOf(IInvocationOperation made) => Outermost(made).Parent switch
    {
        IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } => declarator.Syntax,
        ISimpleAssignmentOperation assigned => assigned.Target.Syntax,
        _ => null,
    };

    /// <summary>True if a use of a local calls the method that ends it.</summary>
    private static bool IsEnd(ILocalReferenceOperation reference) =>
        Outermost(reference) is { Parent: not IMethodReferenceOperation } value && IsEnded(value);

    /// <summary>True if a use compares the local: code that does may know that there is nothing to end.</summary>
    private static bool IsTested(ILocalReferenceOperation reference) =>
        Outermost(reference).Parent is IBinaryOperation or IIsPatternOperation;

    /// <summary>The expression around the value's conversions and parentheses.</summary>
    private static IOperation Outermost(IOperation value)
    {
        while (value.Parent is IConversionOperation or IParenthesizedOperation) value = value.Parent;
        return value;
    }

    private static bool IsReceiver(IOperation value) => value.Parent switch
    {
        IInvocationOperation call => call.Instance == value,
        IMemberReferenceOperation member => member.Instance == value,
        IConditionalAccessOperation access => access.Operation == value,
        _ => false,
    };

    private static bool IsEnded(IOperation value) => value.Parent switch
    {
        IInvocationOperation call => IsEnding(call),
        IConditionalAccessOperation { WhenNotNull: IInvocationOperation call } => IsEnding(call),
        // A method as a delegate may be the method that ends it.
        IMethodReferenceOperation => true,
        _ => false,
    };
}
