using Mmap.Spans.Policies.Traces;

namespace Mmap.Spans.Policies;

/// <summary>
/// S3-FIFO (Yang and others, SOSP 2023): a small queue of a tenth of the bytes, a main queue with reinsertion, and a
/// ghost queue of the main queue's size. Uses are counted up to three; two uses beyond the load lead from small to
/// main.
/// </summary>
/// <remarks>It is told where a use begins and counts uses.</remarks>
internal sealed class S3Fifo : Policy
{
    private readonly EntryQueue _small = new();
    private readonly EntryQueue _main = new();
    private readonly EntryQueue _ghosts = new();
    private Entry?[] _ghostOf = [];

    protected override void Begin(Trace trace) => _ghostOf = new Entry?[trace.Regions];

    protected override void Hit(Entry entry, bool startsUse)
    {
        if (startsUse && entry.Touched < 3) entry.Touched++;
    }

    protected override void Load(Entry entry)
    {
        if (_ghostOf[entry.Id] is { } ghost)
        {
            Forget(ghost);
            _main.Add(entry);
        }
        else
        {
            _small.Add(entry);
        }
    }

    protected override Entry? Evict()
    {
        while (true)
        {
            if (_small.Count > 0 && (_small.Bytes >= Budget / 10 || _main.Count == 0))
            {
                Entry entry = _small.Take()!;
                if (entry.Touched < 2)
                {
                    Remember(entry);
                    return entry;
                }

                entry.Touched = 0;
                _main.Add(entry);
            }
            else if (_main.Take() is { } entry)
            {
                if (entry.Touched == 0) return entry;
                entry.Touched--;
                _main.Add(entry);
            }
            else
            {
                return null;
            }
        }
    }

    private void Remember(Entry entry)
    {
        var ghost = new Entry(entry.Id, entry.Bytes);
        _ghosts.Add(ghost);
        _ghostOf[entry.Id] = ghost;
        while (_ghosts.Bytes > Budget - Budget / 10) Forget(_ghosts.Oldest!);
    }

    private void Forget(Entry ghost)
    {
        _ghosts.Remove(ghost);
        _ghostOf[ghost.Id] = null;
    }
}
