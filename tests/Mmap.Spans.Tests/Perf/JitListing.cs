using System.Text.RegularExpressions;

namespace Mmap.Spans.Tests.Perf;

/// <summary>
/// The machine code of one method as the compiler prints it: blocks with a label each, and which of them are off the
/// way of a hit.
/// </summary>
/// <remarks>
/// A block is cold if it calls a method that only a miss, an error or the first use of a thread needs. It is also cold
/// if it leads only to cold blocks, or cannot be reached from the entry: those are for exceptions. All others are
/// counted, also the few that a hit passes by: the count is a bound of the instructions of a hit.
/// </remarks>
internal sealed partial class JitListing
{
    private readonly List<Block> _blocks = [];
    private readonly List<string> _lines = [];

    private JitListing(string title) => Title = title;

    /// <summary>The line that names the method and the tier.</summary>
    public string Title { get; }

    /// <summary>The listing as the compiler printed it, with the count of <see cref="Hot"/> before it.</summary>
    public string Text => $"; {Hot.Count} instructions outside the cold blocks\n{Title}\n{string.Join('\n', _lines)}\n";

    /// <summary>The instructions of the blocks that are not cold.</summary>
    public IReadOnlyList<string> Hot { get; private set; } = [];

    /// <summary>All instructions.</summary>
    public IEnumerable<string> All => _blocks.SelectMany(block => block.Instructions);

    /// <summary>Reads what the compiler wrote and gives the listings of the last tier.</summary>
    /// <param name="text">The compiler's output.</param>
    /// <param name="coldCalls">Parts of the names of methods that a hit does not call.</param>
    public static List<JitListing> Parse(string text, IReadOnlyList<string> coldCalls)
    {
        var listings = new List<JitListing>();
        foreach (string line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            if (line.StartsWith("; Assembly listing for method", StringComparison.Ordinal))
                listings.Add(new JitListing(line));
            else if (listings.Count > 0) listings[^1].Add(line);
        }

        listings.RemoveAll(listing => !listing.Title.EndsWith("(Tier1)", StringComparison.Ordinal));
        foreach (JitListing listing in listings) listing.FindHot(coldCalls);
        return listings;
    }

    private void Add(string line)
    {
        _lines.Add(line.TrimEnd());
        Match label = Label().Match(line);
        if (label.Success) _blocks.Add(new Block(label.Groups[1].Value));
        if (_blocks.Count == 0 || !Instruction().IsMatch(line)) return;

        // The code under one label may jump in the middle; a block ends there.
        if (_blocks[^1].EndsWithJump) _blocks.Add(new Block(_blocks[^1].Label + "+"));
        _blocks[^1].Instructions.Add(line.Trim());
    }

    private void FindHot(IReadOnlyList<string> coldCalls)
    {
        var cold = new HashSet<string>(_blocks
            .Where(block =>
                block.Instructions.Any(instruction =>
                    coldCalls.Any(name => instruction.Contains(name, StringComparison.Ordinal))))
            .Select(block => block.Label));

        // A block that leads only to cold blocks is cold itself; repeated until a fixed point.
        while (true)
        {
            int before = cold.Count;
            for (int i = 0; i < _blocks.Count; i++)
            {
                List<string> next = _blocks[i].Next(i + 1 < _blocks.Count ? _blocks[i + 1].Label : null);
                if (next.Count > 0 && next.TrueForAll(cold.Contains)) cold.Add(_blocks[i].Label);
            }

            if (cold.Count == before) break;
        }

        HashSet<string> reached = Reached();
        Hot = [.. _blocks.Where(block => reached.Contains(block.Label) && !cold.Contains(block.Label))
            .SelectMany(block => block.Instructions)];
    }

    /// <summary>
    /// The blocks that control can come to from the first one. A finally that the compiler copied into the method is
    /// left out where it stands for exceptions alone.
    /// </summary>
    private HashSet<string> Reached()
    {
        var reached = new HashSet<string>();
        var open = new Stack<int>([0]);
        while (open.TryPop(out int i))
        {
            if (i < 0 || i >= _blocks.Count || !reached.Add(_blocks[i].Label)) continue;
            foreach (string label in _blocks[i].Next(i + 1 < _blocks.Count ? _blocks[i + 1].Label : null)
                .Concat(_blocks[i].Calls()))
                open.Push(_blocks.FindIndex(block => block.Label == label));
        }

        return reached;
    }

    [GeneratedRegex(@"^(G_M\w+_IG\d+):")]
    private static partial Regex Label();

    /// <summary>An indented word, without remarks and the padding that aligns loops.</summary>
    [GeneratedRegex(@"^ +(?!align\b)[a-z]")]
    private static partial Regex Instruction();

    private sealed partial record Block(string Label)
    {
        public List<string> Instructions { get; } = [];

        public bool EndsWithJump => Instructions.Count > 0 && Jump().IsMatch(Instructions[^1]);

        /// <summary>The labels that control may go to from here.</summary>
        public List<string> Next(string? following)
        {
            List<string> next =
            [
                .. Instructions.Select(instruction => Jump().Match(instruction))
                    .Where(jump => jump.Success).Select(jump => jump.Groups[1].Value),
            ];
            bool falls = Instructions.Count == 0 || !Leaves().IsMatch(Instructions[^1]);
            if (falls && following is not null) next.Add(following);
            return next;
        }

        /// <summary>The labels of the finally blocks that are called from here.</summary>
        public IEnumerable<string> Calls() => Instructions.Select(instruction => InnerCall().Match(instruction))
            .Where(call => call.Success).Select(call => call.Groups[1].Value);

        [GeneratedRegex(@"^call +(G_M\w+_IG\d+)")]
        private static partial Regex InnerCall();

        [GeneratedRegex(@"^j\w+ .*\b(G_M\w+_IG\d+)")]
        private static partial Regex Jump();

        [GeneratedRegex(@"^(jmp|ret|int3|tail\.jmp)\b")]
        private static partial Regex Leaves();
    }
}
