using Mmap.Spans.Regions;

namespace Mmap.Spans.Policies.Costs;

/// <summary>
/// The admission of TinyLFU (Einziger, Friedman and Manes, 2017) in front of the clock: a window gets a place if it was
/// leased more often of late than the clock's victim. Counts are exact, hits included, and halved after ten leases a
/// window.
/// </summary>
internal sealed class TinyLfu : Rule
{
    private int[] _leases = [];
    private long _seen;

    protected override void Begin(int windows) => _leases = new int[windows];

    protected override void See(int window)
    {
        _leases[window]++;
        if (++_seen % (10L * _leases.Length) != 0) return;
        for (int other = 0; other < _leases.Length; other++) _leases[other] /= 2;
    }

    protected override bool MakesRoom(int window, Lease lease)
    {
        ClockEntry victim = Clock.TakeVictim()!;
        if (_leases[window] > _leases[((Entry)victim).Id])
        {
            Drop((Entry)victim);
            return true;
        }

        Clock.Insert(victim);
        return false;
    }
}
