using System.Reflection;
using Mmap.Spans.Regions;

namespace Mmap.Spans.Scheduled.Protocol;

/// <summary>Private state of the compiled library that a scenario reads or restores without taking a step.</summary>
internal static class Unseen
{
    private const BindingFlags Any =
        BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance;

    private static readonly FieldInfo s_blocks = Field(typeof(HazardSlots), "s_blocks");
    private static readonly FieldInfo s_owners = Field(typeof(HazardSlots), "s_owners");
    private static readonly FieldInfo s_own = Field(typeof(OwnBlock), nameof(OwnBlock.t_own));
    private static readonly FieldInfo s_overflow = Field(typeof(OverflowPins), "t_kept");
    private static readonly Array s_noBlocks = Array.CreateInstance(s_blocks.FieldType.GetElementType()!, 0);
    private static readonly Func<ByteBudget, long> s_charged = Reader<ByteBudget>("_charged");
    private static readonly Func<RegionBudget, long> s_regions = Reader<RegionBudget>("_regions");

    public static long Charged(this RegionBudget budget) => s_charged(budget.Mapped);

    public static long Counted(this RegionBudget budget) => s_regions(budget);

    /// <summary>As if no thread had ever taken a lease: the hazard slots are the process's, and each schedule starts
    /// anew.</summary>
    public static void ForgetAllSlots()
    {
        s_blocks.SetValue(null, s_noBlocks);
        s_owners.SetValue(null, 0);
        ForgetOwnSlots();
    }

    /// <summary>As if the calling thread were new.</summary>
    public static void ForgetOwnSlots()
    {
        s_own.SetValue(null, null);
        s_overflow.SetValue(null, null);
    }

    private static FieldInfo Field(Type type, string name) =>
        type.GetField(name, Any) ?? throw new MissingFieldException(type.Name, name);

    private static Func<T, long> Reader<T>(string name)
    {
        var budget = System.Linq.Expressions.Expression.Parameter(typeof(T));
        return System.Linq.Expressions.Expression.Lambda<Func<T, long>>(
            System.Linq.Expressions.Expression.Field(budget, Field(typeof(T), name)), budget).Compile();
    }
}
