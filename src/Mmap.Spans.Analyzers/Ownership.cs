using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Mmap.Spans.Analyzers;

/// <summary>Who has what a call has made, and whether it is ended.</summary>
internal static class Ownership
{
    /// <summary>What becomes of a value where it is made.</summary>
    /// <param name="made">The call.</param>
    /// <param name="local">The local that has it, if one has.</param>
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
            case IArgumentOperation { Parameter.RefKind: RefKind.In or RefKind.RefReadOnlyParameter }:
                return made.Type is { IsRefLikeType: true } ? Fate.Lost : Fate.Elsewhere;
            default:
                return IsReceiver(value) && !IsEnded(value) ? Fate.Lost : Fate.Elsewhere;
        }
    }

    /// <summary>Whether a local, of which nothing but its members is used, is never ended.</summary>
    /// <param name="local">The local.</param>
    /// <param name="body">All that can see it.</param>
    public static bool IsLeftOpen(ILocalSymbol local, IOperation body) =>
        References(local, body).All(reference => IsHarmless(reference));

    /// <summary>Every place where a local is used.</summary>
    public static IEnumerable<ILocalReferenceOperation> References(ILocalSymbol local, IOperation body) =>
        body.DescendantsAndSelf().OfType<ILocalReferenceOperation>()
            .Where(reference => SymbolEqualityComparer.Default.Equals(reference.Local, local));

    /// <summary>Whether a call ends what it is called on.</summary>
    public static bool IsEnding(IInvocationOperation call) =>
        call.TargetMethod.Name is "Dispose" or "DisposeAsync" or "Close" or "Complete" or "CompleteAsync" or "AsStream";

    /// <summary>Whether a declarator stands in a <c>using</c>.</summary>
    public static bool IsOfUsing(IVariableDeclaratorOperation declarator) =>
        declarator.Parent?.Parent?.Parent is IUsingDeclarationOperation or IUsingOperation
        || declarator.Parent?.Parent is IUsingOperation;

    /// <summary>Whether a use of a local leaves the duty to end it where it was.</summary>
    public static bool IsHarmless(ILocalReferenceOperation reference)
    {
        IOperation value = Outermost(reference);
        return value.Parent switch
        {
            ISimpleAssignmentOperation assigned => assigned.Target == value,
            IArgumentOperation { Parameter.RefKind: RefKind.In or RefKind.RefReadOnlyParameter } => true,
            IBinaryOperation or IIsPatternOperation or INameOfOperation => true,
            _ => IsReceiver(value) && !IsEnded(value),
        };
    }

    /// <summary>The value behind conversions and parentheses.</summary>
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
        // A method as a delegate: it may be the one that ends.
        IMethodReferenceOperation => true,
        _ => false,
    };
}
