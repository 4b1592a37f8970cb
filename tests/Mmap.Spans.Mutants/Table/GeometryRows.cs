namespace Mmap.Spans.Mutants.Table;

/// <summary>The arithmetic of windows and ranges.</summary>
internal static class GeometryRows
{
    private const string Grid = "src/Mmap.Spans/Geometry/WindowGrid.cs";
    private const string Range = "src/Mmap.Spans/FileRange.cs";

    public static IReadOnlyList<Row> All { get; } =
    [
        new(46, Range,
            "Length > 0 && Offset > long.MaxValue - Length ? long.MaxValue : Offset + Length",
            "Offset + Length",
            "the end of a range wraps", "FileRangeTests"),
        new(47, Grid,
            "(fileLength - 1) / Step + 1",
            "fileLength / Step + 1",
            "a window too many where the file ends with one", "WindowGridTests", "SmmapMembersTests"),
        new(48, Grid,
            "(LongestRegionBytes - overlap) / granularity * granularity",
            "LongestRegionBytes - overlap",
            "windows of whole files begin inside a page", "WindowGridTests"),
        new(281, Grid,
            "offset >= fileLength",
            "offset > fileLength",
            "at the end of the file there is a part of no bytes", "WindowGridTests", "WindowCursorTests")
        {
            Equivalent = "what is left there is no bytes all the same, in the window that ends there or begins there",
        },
        new(282, Grid,
            "Math.Min(Step + Overlap, remaining)",
            "Math.Min(Step, remaining)",
            "regions have no overlap", "WindowGridTests", "WindowWalkTests"),
        new(283, Grid,
            "BitOperations.IsPow2(step) ? BitOperations.Log2((ulong)step) : 0",
            "BitOperations.Log2((ulong)step)",
            "windows of whole files are found by a shift", "WindowGridTests", "SparseFileTests"),
        new(284, Grid,
            "StartOf(index) + LengthOf(index, fileLength) - offset",
            "StartOf(index) + Step - offset",
            "no part reaches into the overlap", "WindowGridTests", "WindowWalkTests"),
    ];
}
