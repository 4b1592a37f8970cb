using System.Buffers;
using Mmap.Spans.Tests.Infrastructure;
using Mmap.Spans.Tests.Regions;
using Xunit;

namespace Mmap.Spans.Tests.Model;

/// <summary>One history, carried out on a manager and on its model side by side, and compared after each
/// step.</summary>
internal sealed class Session : IDisposable
{
    private readonly SampleFile[] _samples;
    private readonly long[] _lengths;
    private readonly MapManager _manager;
    private readonly ManagerModel _model;
    private readonly ManagerModel.OpenFile?[] _files;
    private readonly List<Opened> _opened = [];
    private readonly List<(IDisposable Lease, Action Check, List<ModelRegion> Regions)> _leases = [];
    private readonly List<(WindowCursor Real, ManagerModel.Cursor Model, Opened From)> _cursors = [];
    private bool _isDisposed;

    /// <summary>An open object and the file it is on.</summary>
    private sealed record Opened(MappedFile Real, ManagerModel.OpenFile Model, int Sample)
    {
        public bool IsClosed { get; set; }
    }

    public Session(SampleFile[] samples, MapManagerOptions options)
    {
        _samples = samples;
        _lengths = [.. samples.Select(sample => sample.Length)];
        foreach (SampleFile sample in samples) sample.TruncateTo(sample.Length);
        _files = new ManagerModel.OpenFile?[samples.Length];
        _manager = new MapManager(options);
        var table = new TableModel(options.MaxMappedBytes, new RegionClockModel())
        {
            MaxRegions = options.MaxRegions,
            OverBudget = options.OverBudget
        };
        _model = new ManagerModel(table, options.WindowSize, options.Overlap);
    }

    /// <summary>Carries out a step, if there is anything to do it to, and compares.</summary>
    public void Do(Operation step)
    {
        Opened? opened = Of(_opened, step.Which);
        switch (step.Verb)
        {
            case Verb.Open when _isDisposed:
                Assert.Throws<ObjectDisposedException>(() => _manager.Open(_samples[0].Path));
                break;
            case Verb.Open:
                Open(step.Which % _samples.Length);
                break;
            case Verb.Close when opened is not null:
                opened.Real.Dispose();
                if (!opened.IsClosed) Close(opened);
                break;
            case Verb.LeaseMemory or Verb.LeaseSequence or Verb.LeaseSpan or Verb.ReadBuffer or Verb.Read
                when opened is not null:
                Take(step, opened);
                break;
            case Verb.EndLease when _leases.Count > 0:
                (IDisposable lease, Action check, List<ModelRegion> regions) = Of(_leases, step.Which);
                check();
                _leases.Remove(Of(_leases, step.Which));
                lease.Dispose();
                regions.ForEach(_model.Table.Release);
                break;
            case Verb.CreateCursor when opened is { IsClosed: false }:
                _cursors.Add((opened.Real.CreateCursor(), new ManagerModel.Cursor(opened.Model), opened));
                break;
            case Verb.MoveCursor when _cursors.Count > 0:
                Move(Of(_cursors, step.Which), step.At, step.Length);
                break;
            case Verb.ReleaseCursor when _cursors.Count > 0:
                Of(_cursors, step.Which).Real.Release();
                _model.Release(Of(_cursors, step.Which).Model);
                break;
            case Verb.CloneCursor when _cursors.Count > 0
                && Of(_cursors, step.Which) is { Model.Region: not null, From.IsClosed: false } original:
                Clone(original);
                break;
            case Verb.Trim:
                Assert.Equal(_model.Table.Trim(), _manager.Trim());
                break;
            case Verb.Grow when opened is { IsClosed: false }
                && _lengths[opened.Sample] < _samples[opened.Sample].Length + 100_000:
                _lengths[opened.Sample] += step.Length + 1;
                _samples[opened.Sample].GrowTo(_lengths[opened.Sample]);
                Assert.Equal(FileChange.Grown, opened.Real.Refresh());
                _model.Resize(opened.Model, _lengths[opened.Sample]);
                break;
            case Verb.Release when opened is { IsClosed: false }:
                ReleaseReport report = _manager.Release(_samples[opened.Sample].Path);
                Assert.Equal(_model.Release(opened.Model), report.RegionsDropped);
                if (_model.Table.References == 0) Assert.Empty(report.Held);
                break;
            case Verb.DisposeManager when step.Which % 8 == 0:
                // Idempotent; leases stay valid.
                _manager.Dispose();
                _isDisposed = true;
                _opened.Where(each => !each.IsClosed).ToList().ForEach(Close);
                break;
        }

        Compare();
    }

    /// <summary>Ends everything; nothing must be left.</summary>
    public void Dispose()
    {
        foreach ((IDisposable lease, Action check, _) in _leases)
        {
            check();
            lease.Dispose();
        }

        foreach ((WindowCursor cursor, _, _) in _cursors) cursor.Dispose();
        foreach (Opened opened in _opened) opened.Real.Dispose();
        AtRest.AssertNothingHeld(_manager);
        _manager.Dispose();
    }

    private static T? Of<T>(List<T> all, int which) => all.Count == 0 ? default : all[which % all.Count];

    private void Open(int sample)
    {
        MappedFile real = _manager.Open(_samples[sample].Path, new() { Backing = Backing.Map });
        if (_files[sample] is { } file)
        {
            file.Openers++;
            _model.Resize(file, _lengths[sample]);
        }
        else
        {
            _files[sample] = file = _model.Open(_lengths[sample]);
        }

        _opened.Add(new Opened(real, file, sample));
    }

    private void Close(Opened opened)
    {
        opened.IsClosed = true;
        _model.Close(opened.Model);
        if (opened.Model.Openers == 0) _files[opened.Sample] = null;
    }

    private void Take(Operation step, Opened opened)
    {
        (long offset, int length) = (step.At, step.Length);
        MappedFile file = opened.Real;
        if (opened.IsClosed)
        {
            Assert.Throws<ObjectDisposedException>(() => TakeReal(step, file)());
        }
        else if (step.Verb == Verb.Read)
        {
            byte[] copy = new byte[length];
            Assert.Equal(Math.Clamp(opened.Model.Length - offset, 0, length), file.Read(offset, copy));
            SampleFile.AssertBytes(copy.AsSpan(0, (int)Math.Clamp(opened.Model.Length - offset, 0, length)), offset);
        }
        else if (offset > opened.Model.Length || length > opened.Model.Length - offset)
        {
            string parameter = offset > opened.Model.Length ? "offset" : "length";
            Assert.Equal(parameter, Assert.Throws<ArgumentOutOfRangeException>(() => TakeReal(step, file)()).ParamName);
        }
        else
        {
            TakeInside(step, opened.Model, TakeReal(step, file));
        }
    }

    /// <summary>The call, which keeps what it took.</summary>
    private Action TakeReal(Operation step, MappedFile file)
    {
        (long offset, int length) = (step.At, step.Length);
        return step.Verb switch
        {
            Verb.LeaseMemory => () =>
            {
                MemoryLease lease = file.LeaseMemory(offset, length);
                _leases.Add((lease, () => SampleFile.AssertBytes(lease.Span, offset), []));
            }
            ,
            Verb.LeaseSequence => () =>
            {
                SequenceLease lease = file.LeaseSequence(offset, length);
                _leases.Add((lease, () => SampleFile.AssertBytes(lease.Sequence.ToArray(), offset), []));
            }
            ,
            Verb.LeaseSpan => () =>
            {
                using SpanLease lease = file.LeaseSpan(offset, length);
                SampleFile.AssertBytes(lease.Span, offset);
                Assert.Equal(length, lease.Span.Length);
            }
            ,
            Verb.Read => () => file.Read(offset, new byte[length]),
            _ => () =>
            {
                using MappedBuffer buffer = file.CreateBuffer(offset, length);
                SampleFile.AssertBytes(buffer.ToArray(0, length), offset);
            }
            ,
        };
    }

    private void TakeInside(Operation step, ManagerModel.OpenFile file, Action take)
    {
        (long offset, int length) = (step.At, step.Length);
        bool room;
        switch (step.Verb)
        {
            case Verb.LeaseMemory:
                bool empty = length == 0 && !_model.IsLoaded(file, offset);
                ModelRegion? region = empty ? null : _model.Lease(file, offset, length);
                room = empty || region is not null;
                Try(take, room);
                if (region is not null) _leases[^1].Regions.Add(region);
                break;
            case Verb.LeaseSequence:
                List<ModelRegion>? parts = _model.LeaseParts(file, offset, length);
                Try(take, parts is not null);
                if (parts is not null) _leases[^1].Regions.AddRange(parts);
                break;
            case Verb.LeaseSpan:
                Try(take, _model.Span(file, offset, length));
                break;
            default:
                var cursor = new ManagerModel.Cursor(file);
                room = true;
                for (long at = offset; room && at < offset + length; at += cursor.Length)
                    room = _model.Move(cursor, at, offset + length - at, closed: false) == Answer.True;
                _model.Release(cursor);
                Try(take, room);
                break;
        }
    }

    private static void Try(Action take, bool room)
    {
        if (room) take();
        else Assert.Throws<MapBudgetExceededException>(take);
    }

    private void Move((WindowCursor Real, ManagerModel.Cursor Model, Opened From) cursor, long offset, long length)
    {
        switch (_model.Move(cursor.Model, offset, length, cursor.From.IsClosed))
        {
            case Answer.NoRoom:
                Assert.Throws<MapBudgetExceededException>(() => cursor.Real.MoveTo(offset, length));
                break;
            case Answer.Disposed:
                Assert.Throws<ObjectDisposedException>(() => cursor.Real.MoveTo(offset, length));
                break;
            case Answer answer:
                Assert.Equal(answer == Answer.True, cursor.Real.MoveTo(offset, length));
                break;
        }
    }

    private void Clone((WindowCursor Real, ManagerModel.Cursor Model, Opened From) original)
    {
        var clone = new ManagerModel.Cursor(original.Model.File);
        Answer answer = _model.Move(clone, original.Model.Offset, original.Model.Length, closed: false);
        if (answer == Answer.NoRoom) Assert.Throws<MapBudgetExceededException>(() => original.Real.Clone());
        else _cursors.Add((original.Real.Clone(), clone, original.From));
    }

    private void Compare()
    {
        TableModel table = _model.Table;
        MapStatistics real = _manager.GetStatistics();
        Assert.Equal(
            (table.Bytes, table.PeakBytes, table.Regions, (long)table.References, (long)table.Maps, (long)table.Misses,
                (long)table.Evictions, _files.Count(file => file is not null)),
            (real.MappedBytes, real.PeakMappedBytes, real.Regions, real.LiveHeapLeases, real.Maps, real.Misses,
                real.Evictions, real.OpenFiles));
        Assert.Equal(table.Bytes, _manager.Table.Budget.Bytes);
        foreach (Opened opened in _opened.Where(opened => !opened.IsClosed))
        {
            Assert.Equal(opened.Model.Length, opened.Real.Length);
            Assert.Equal(
                _model.LoadedOf(opened.Model), opened.Real.Directory.Snapshot().Select(region => region.Index));
        }

        foreach ((WindowCursor cursor, ManagerModel.Cursor model, _) in _cursors)
        {
            Assert.Equal(
                (model.Region is not null, model.Offset, model.Length), (cursor.IsValid, cursor.Offset, cursor.Length));
            SampleFile.AssertBytes(cursor.Span, cursor.Offset);
        }
    }
}
