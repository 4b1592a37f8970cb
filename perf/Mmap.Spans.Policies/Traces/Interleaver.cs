namespace Mmap.Spans.Policies.Traces;

/// <summary>
/// Expands the uses of concurrent readers into touches. A use is a burst of 1 to 1,000 touches, in 1 to 8 pieces. A
/// reader chosen at random emits its next piece. A piece is written as two touches (a burst of one touch as one): a
/// third touch in a row changes no policy's state.
/// </summary>
internal static class Interleaver
{
    public static (int[] Touches, int Uses) Expand(ulong seed, params IEnumerable<Use>[] readers)
    {
        var random = new SplitMix(seed);
        var touches = new List<int>();
        int uses = 0;
        List<Reader> live = [.. readers.Select(r => new Reader(r.GetEnumerator())).Where(r => r.Advance())];
        while (live.Count > 0)
        {
            int turn = random.Next(live.Count);
            Reader reader = live[turn];
            touches.Add((reader.Use.Region << 1) | (reader.Done == 0 ? 1 : 0));
            if (reader.Done == 0) uses++;
            if (reader.Use.Pieces > 0) touches.Add(reader.Use.Region << 1);
            if (++reader.Done >= reader.Use.Pieces && !reader.Advance()) live.RemoveAt(turn);
        }

        return ([.. touches], uses);
    }

    /// <summary>
    /// Merges readers that name one region after the other. A region that is among a reader's last eight is still in
    /// the same use: object reads that follow each other in one window are one burst.
    /// </summary>
    public static (int[] Touches, int Uses) Merge(ulong seed, IEnumerable<int>[] readers)
    {
        var random = new SplitMix(seed);
        var touches = new List<int>();
        int uses = 0;
        List<(IEnumerator<int> Regions, List<int> Recent)> live =
            [.. readers.Select(r => (r.GetEnumerator(), new List<int>())).Where(r => r.Item1.MoveNext())];
        while (live.Count > 0)
        {
            int turn = random.Next(live.Count);
            (IEnumerator<int> regions, List<int> recent) = live[turn];
            bool startsUse = !recent.Remove(regions.Current);
            recent.Add(regions.Current);
            if (recent.Count > 8) recent.RemoveAt(0);
            if (startsUse) uses++;
            touches.Add((regions.Current << 1) | (startsUse ? 1 : 0));
            touches.Add(regions.Current << 1);
            if (!regions.MoveNext()) live.RemoveAt(turn);
        }

        return ([.. touches], uses);
    }

    /// <summary>
    /// The pieces of a use by random access: mostly short, sometimes as long as a scan; 0 is a single touch.
    /// </summary>
    public static int RandomPieces(SplitMix random) => random.Next(10) switch
    {
        < 4 => 0,
        < 7 => 1,
        _ => random.Next(2, 9),
    };

    private sealed class Reader(IEnumerator<Use> uses)
    {
        public int Done;

        public Use Use => uses.Current;

        public bool Advance()
        {
            Done = 0;
            return uses.MoveNext();
        }
    }
}
