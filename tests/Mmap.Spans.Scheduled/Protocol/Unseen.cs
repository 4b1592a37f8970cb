using System.Reflection;
using Mmap.Spans.Regions;

namespace Mmap.Spans.Scheduled.Protocol;

/// <summary>What a scenario must see or put back without taking a step: private state of the compiled library.</summary>
internal static class Unseen
{
    private const BindingFlags Any = BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance;

    private static readonly FieldInfo s_blocks = Field(typeof(HazardSlots), "s_blocks");
    private static readonly FieldInfo s_owners = Field(typeof(HazardSlots), "s_owners");
    private static readonly FieldInfo s_own = Field(typeof(OwnBlock), nameof(OwnBlock.t_own));
    private static readonly FieldInfo s_overflow = Field(typeof(OverflowPins), "t_kept");
    private static readonly Array s_noBlocks = Array.CreateInstance(s_blocks.FieldType.GetElementType()!, 0);
    private static readonly Func<RegionBudget, long> s_bytes = Reader("_bytes");
    private static readonly Func<RegionBudget, long> s_regions = Reader("_regions");

    public static long Charged(this RegionBudget budget) => s_bytes(budget);

    public static long Counted(this RegionBudget budget) => s_regions(budget);

    /// <summary>As if no thread had ever taken a lease: the hazard slots are the process's, and each schedule starts anew.</summary>
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

    private static Func<RegionBudget, long> Reader(string name)
    {
        var budget = System.Linq.Expressions.Expression.Parameter(typeof(RegionBudget));
        return System.Linq.Expressions.Expression.Lambda<Func<RegionBudget, long>>(
            System.Linq.Expressions.Expression.Field(budget, Field(typeof(RegionBudget), name)), budget).Compile();
    }
}
