using Mmap.Spans.Policies.Traces;
using Mmap.Spans.Regions;

namespace Mmap.Spans.Policies;

/// <summary>
/// Compares the region clock with a naive model of the same rules, victim by victim, on random operations.
/// </summary>
internal static class Checks
{
    public static void Run()
    {
        for (ulong seed = 1; seed <= 300; seed++) Compare(seed);
        ScanLeavesTheRingAlone();
        BurstOfALoadCountsAsOneUse();
        Console.WriteLine("The region clock agrees with its model.");
    }

    private static void Compare(ulong seed)
    {
        var random = new SplitMix(seed);
        var clock = new RegionClock();
        var model = new RegionClockModel();
        int most = random.Next(1, 120), windows = most * 3;
        var resident = new Dictionary<int, Entry>();
        var outside = new List<Entry>();
        long[] leftAt = new long[windows];
        for (int step = 0; step < 4_000; step++)
        {
            int window = random.Next(random.Next(1, windows + 1));
            switch (random.Next(20))
            {
                case 0 when resident.Count > 0:
                    Entry closed = resident.Values.ElementAt(random.Next(resident.Count));
                    resident.Remove(closed.Id);
                    clock.Remove(closed);
                    model.Remove(closed);
                    break;
                case 1 when outside.Count > 0:
                    Entry back = outside[random.Next(outside.Count)];
                    outside.Remove(back);
                    if (random.Next(2) == 0) Touch(back);
                    resident[back.Id] = back;
                    model.Insert(back, 0);
                    clock.Insert(back);
                    break;
                default:
                    if (resident.TryGetValue(window, out Entry? present))
                    {
                        Touch(present);
                    }
                    else if (outside.TrueForAll(e => e.Id != window))
                    {
                        if (resident.Count >= most) Evict(keep: random.Next(10) == 0);
                        var loaded = new Entry(window, random.Next(1, 65)) { Touched = Entry.Fresh };
                        resident[window] = loaded;
                        model.Insert(loaded, leftAt[window]);
                        clock.Insert(loaded, leftAt[window]);
                    }

                    break;
            }

            model.AssertSame(clock, seed, step);
        }

        void Evict(bool keep)
        {
            Entry expected = model.TakeVictim()!;
            var victim = (Entry)clock.TakeVictim()!;
            if (victim != expected)
                throw new InvalidOperationException($"Seed {seed}: {victim.Id} leaves, the model says {expected.Id}.");
            resident.Remove(victim.Id);
            if (keep) outside.Add(victim);
            else leftAt[victim.Id] = victim.Stamp;
        }

        static void Touch(Entry entry)
        {
            if (entry.Touched == Entry.Untouched) entry.Touched = Entry.Used;
        }
    }

    private static void ScanLeavesTheRingAlone()
    {
        var clock = new RegionClock();
        Entry[] hot = [.. Enumerable.Range(0, 50).Select(id => new Entry(id, 1) { Touched = Entry.Fresh })];
        foreach (Entry entry in hot) clock.Insert(entry);
        for (int id = 50; id < 100; id++) clock.Insert(new Entry(id, 1) { Touched = Entry.Fresh });
        foreach (Entry entry in hot) entry.Touched = Entry.Used;
        for (int id = 100; id < 2_000; id++)
        {
            if (((Entry)clock.TakeVictim()!).Id < 50) throw new InvalidOperationException("A scan has sent a hot region away.");
            clock.Insert(new Entry(id, 1) { Touched = Entry.Fresh });
        }
    }

    private static void BurstOfALoadCountsAsOneUse()
    {
        var clock = new RegionClock();
        for (int id = 0; id < 100; id++) clock.Insert(new Entry(id, 1) { Touched = Entry.Fresh });
        var burst = new Entry(100, 1) { Touched = Entry.Fresh };
        clock.Insert(burst);
        if (burst.Touched != Entry.Fresh) throw new InvalidOperationException("A region just loaded is not fresh.");
        for (int id = 101; id < 200 && burst.Queue is not null; id++)
        {
            clock.TakeVictim();
            clock.Insert(new Entry(id, 1) { Touched = Entry.Fresh });
        }

        if (burst.Queue is not null) throw new InvalidOperationException("A region used once has outlived its trial.");
    }
}
