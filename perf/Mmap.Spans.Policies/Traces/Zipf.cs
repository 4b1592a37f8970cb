namespace Mmap.Spans.Policies.Traces;

/// <summary>Draws regions by a Zipf law; which region has which rank is shuffled by the seed.</summary>
internal sealed class Zipf
{
    private readonly double[] _cumulated;
    private readonly int[] _regionOfRank;

    public Zipf(int count, double exponent, ulong seed)
    {
        _cumulated = new double[count];
        double sum = 0;
        for (int rank = 0; rank < count; rank++) _cumulated[rank] = sum += Math.Pow(rank + 1, -exponent);
        var random = new SplitMix(seed);
        _regionOfRank = [.. Enumerable.Range(0, count)];
        for (int k = count - 1; k > 0; k--)
        {
            int other = random.Next(k + 1);
            (_regionOfRank[k], _regionOfRank[other]) = (_regionOfRank[other], _regionOfRank[k]);
        }
    }

    public int Draw(SplitMix random)
    {
        int found = Array.BinarySearch(_cumulated, random.NextDouble() * _cumulated[^1]);
        return _regionOfRank[Math.Min(found < 0 ? ~found : found, _cumulated.Length - 1)];
    }
}
