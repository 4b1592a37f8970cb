namespace Mmap.Spans.Policies.Traces;

/// <summary>The generated traces. Each is a function of its seed and of the sizes.</summary>
internal sealed class SyntheticTraces(ulong seed, bool mixedSizes)
{
    private const int Windows = 2_000;
    private const int Uses = 160_000;
    private const int Readers = 4;

    /// <summary>The bytes of a full window; the scale is free, since policies see only proportions.</summary>
    public const long WindowBytes = 1L << 20;

    /// <summary>All traces by name.</summary>
    public IEnumerable<Func<Trace>> All()
    {
        yield return () => Zipf("Zipf 0.6", 0.6);
        yield return () => Zipf("Zipf 0.8", 0.8);
        yield return () => Zipf("Zipf 1.0", 1.0);
        yield return () => ZipfAndScans("Zipf 0.8, one scan", 1);
        yield return () => ZipfAndScans("Zipf 0.8, repeated scans", 12);
        yield return () => ZipfBesideScanners("Zipf 1.0 beside two scanners");
        yield return () => Loop("loop 1.05x", 1.05, 1);
        yield return () => Loop("loop 1.2x", 1.2, 1);
        yield return () => Loop("loop 2x", 2, 1);
        yield return () => Loop("three loopers 1.2x", 1.2, 3);
        yield return () => TwoFiles("two files, hot and cold");
        yield return () => Shifting("hot set that jumps", jumps: true);
        yield return () => Shifting("hot set that drifts", jumps: false);
        yield return () => Recent("reuse by recency");
        yield return () => Phases("Zipf, loop, recency, by turns");
    }

    private static SplitMix Random(string name, ulong seed)
    {
        ulong hash = 14695981039346656037;
        foreach (char c in name) hash = (hash ^ c) * 1099511628211;
        return new SplitMix(hash ^ seed);
    }

    private Trace Zipf(string name, double exponent) => Make(name, Windows, random =>
    {
        var zipf = new Zipf(Windows, exponent, random.Next());
        return FourReaders(random, r => RandomUses(r, Uses / Readers, zipf.Draw));
    });

    /// <summary>
    /// Random readers; from time to time one reader passes once over a file of its own, as large as theirs.
    /// </summary>
    private Trace ZipfAndScans(string name, int scans) => Make(name, 2 * Windows, random =>
    {
        var zipf = new Zipf(Windows, 0.8, random.Next());
        IEnumerable<Use> WithScans(SplitMix own)
        {
            for (int part = 0; part <= scans; part++)
            {
                foreach (Use use in RandomUses(own, Uses / Readers / (scans + 1), zipf.Draw)) yield return use;
                if (part == scans) yield break;
                foreach (Use use in Scan(Windows, Windows)) yield return use;
            }
        }

        IEnumerable<Use>[] readers = FourReaders(random, r => RandomUses(r, Uses / Readers, zipf.Draw));
        readers[0] = WithScans(new SplitMix(random.Next()));
        return readers;
    });

    /// <summary>
    /// Random readers beside two scanners that pass over one cold file without pause, half a file apart.
    /// </summary>
    private Trace ZipfBesideScanners(string name) => Make(name, 3 * Windows, random =>
    {
        var zipf = new Zipf(Windows, 1.0, random.Next());
        IEnumerable<Use> Scanner(int phase)
        {
            for (int use = 0; use < Uses / 8; use++) yield return new Use(Windows + (phase + use) % (2 * Windows), 8);
        }

        IEnumerable<Use>[] readers = FourReaders(random, r => RandomUses(r, Uses / Readers, zipf.Draw));
        return [.. readers, Scanner(0), Scanner(Windows)];
    });

    private Trace Loop(string name, double factor, int loopers) => Make(name, Windows, random =>
    {
        IEnumerable<Use> Looper(int phase)
        {
            for (int use = 0; use < Uses / 2 / loopers; use++) yield return new Use((phase + use) % Windows, 8);
        }

        return [.. Enumerable.Range(0, loopers).Select(k => Looper(k * Windows / loopers))];
    }) with
    { BudgetShare = 1 / factor };

    private Trace TwoFiles(string name) => Make(name, Windows, random =>
    {
        const int Hot = Windows / 10;
        int Draw(SplitMix r) => r.Next(10) < 8 ? r.Next(Hot) : r.Next(Hot, Windows);
        return FourReaders(random, r => RandomUses(r, Uses / Readers, Draw));
    });

    private Trace Shifting(string name, bool jumps) => Make(name, Windows, random =>
    {
        const int Hot = Windows / 10;
        IEnumerable<Use> Reader(SplitMix own)
        {
            for (int use = 0; use < Uses / Readers; use++)
            {
                int start = jumps ? use * 10 / (Uses / Readers) * Hot : (int)((long)use * Windows / (Uses / Readers));
                int region = own.Next(10) < 9 ? (start + own.Next(Hot)) % Windows : own.Next(Windows);
                yield return new Use(region, Interleaver.RandomPieces(own));
            }
        }

        return FourReaders(random, Reader);
    });

    /// <summary>
    /// The home ground of LRU: the next region is drawn by how recently it was used, half of them very recently.
    /// </summary>
    private Trace Recent(string name) => Make(name, Windows, random => [RandomUses(random, Uses, DrawByRecency())]);

    private static Func<SplitMix, int> DrawByRecency()
    {
        var order = new List<int>(Enumerable.Range(0, Windows));
        return r =>
        {
            int depth = (int)Math.Min(Windows - 1, Math.Exp(r.NextDouble() * Math.Log(Windows)) - 1);
            int region = order[depth];
            order.RemoveAt(depth);
            order.Insert(0, region);
            return region;
        };
    }

    /// <summary>
    /// Each kind of reuse follows the others, twice: a policy must unlearn the kind before. The loops are a little
    /// larger than the budgets of 10 and of 20 per cent.
    /// </summary>
    private Trace Phases(string name) => Make(name, Windows, random =>
    {
        var zipf = new Zipf(Windows, 0.8, random.Next());
        Func<SplitMix, int> recent = DrawByRecency();
        IEnumerable<Use> Reader(SplitMix own)
        {
            for (int round = 0; round < 2; round++)
            {
                foreach (Use use in RandomUses(own, Uses / 4, zipf.Draw)) yield return use;
                for (int use = 0; use < Uses / 8; use++) yield return new Use(use % (Windows * 12 / 100), 8);
                foreach (Use use in RandomUses(own, Uses / 4, recent)) yield return use;
                for (int use = 0; use < Uses / 8; use++)
                    yield return new Use(Windows / 2 + use % (Windows * 24 / 100), 8);
            }
        }

        return [Reader(random)];
    });

    private Trace Make(string name, int regions, Func<SplitMix, IEnumerable<Use>[]> readersOf)
    {
        SplitMix random = Random(name, seed);
        (int[] touches, int uses) = Interleaver.Expand(random.Next(), readersOf(random));
        return new Trace(name, touches, uses, SizesOf(regions, random));
    }

    /// <summary>
    /// Mixed sizes: seven in ten are full windows. The other three are the last window of a file, an exact region of up
    /// to a quarter of a window, and a small file.
    /// </summary>
    private long[] SizesOf(int regions, SplitMix random)
    {
        long[] sizes = new long[regions];
        for (int id = 0; id < regions; id++)
        {
            sizes[id] = !mixedSizes ? WindowBytes : random.Next(10) switch
            {
                < 7 => WindowBytes,
                7 => random.Next(1, 257) * (WindowBytes / 256),
                8 => random.Next(1, 65) * (WindowBytes / 256),
                _ => random.Next(1, 17) * (WindowBytes / 256),
            };
        }

        return sizes;
    }

    private static IEnumerable<Use>[] FourReaders(SplitMix random, Func<SplitMix, IEnumerable<Use>> reader) =>
        [.. Enumerable.Range(0, Readers).Select(_ => reader(new SplitMix(random.Next())))];

    private static IEnumerable<Use> RandomUses(SplitMix random, int count, Func<SplitMix, int> draw)
    {
        for (int use = 0; use < count; use++) yield return new Use(draw(random), Interleaver.RandomPieces(random));
    }

    private static IEnumerable<Use> Scan(int first, int count)
    {
        for (int k = 0; k < count; k++) yield return new Use(first + k, 8);
    }
}
