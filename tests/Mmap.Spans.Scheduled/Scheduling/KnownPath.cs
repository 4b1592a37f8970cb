using System.Globalization;

namespace Mmap.Spans.Scheduled.Scheduling;

/// <summary>One schedule, known by its deviations: <c>17=2.40=1</c> takes option 2 at choice 17, option 1 at choice
/// 40.</summary>
public sealed class KnownPath(string path) : Strategy
{
    private readonly Dictionary<int, int> _deviations = path.Split('.', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('='))
        .ToDictionary(
            pair => int.Parse(pair[0], CultureInfo.InvariantCulture),
            pair => int.Parse(pair[1], CultureInfo.InvariantCulture));

    private int _decision;
    private bool _done;

    public override string Seed => $"path:{path}";

    public override bool Next()
    {
        _decision = 0;
        return !_done && (_done = true);
    }

    public override int Choose(in Decision decision) => _deviations.GetValueOrDefault(_decision++);
}
