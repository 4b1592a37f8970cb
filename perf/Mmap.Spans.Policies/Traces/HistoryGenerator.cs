using System.Globalization;
using System.Text;

namespace Mmap.Spans.Policies.Traces;

/// <summary>
/// Writes an invented history as a stream for <c>git fast-import</c>: some files change often and most seldom, a commit
/// changes a few lines of one to four files, files grow and new ones appear.
/// </summary>
internal static class HistoryGenerator
{
    private const int Commits = 6_000;

    public static void Write(Stream output, ulong seed)
    {
        var random = new SplitMix(seed);
        var files = new List<List<string>>();
        for (int k = 0; k < 200; k++) files.Add(Lines(random, random.Next(20, 200)));
        var zipf = new Zipf(800, 0.9, random.Next());
        void Say(string text) => output.Write(Encoding.ASCII.GetBytes(text));

        for (int commit = 0; commit < Commits; commit++)
        {
            string message = string.Join(' ', Lines(random, 2));
            Say(string.Create(CultureInfo.InvariantCulture,
                $"commit refs/heads/main\ncommitter No One <no@example.org> {1_000_000_000 + commit * 3_600} +0000\n"));
            Say($"data {message.Length}\n{message}\n");
            var changed = new HashSet<int>();
            if (commit == 0) changed.UnionWith(Enumerable.Range(0, files.Count));
            else if (commit % 15 == 0 && files.Count < 800) changed.Add(AddFile(files, random));
            for (int k = random.Next(1, 5); k > 0; k--) changed.Add(zipf.Draw(random) % files.Count);
            foreach (int file in changed.Order())
            {
                List<string> lines = files[file];
                for (int k = random.Next(1, 6); k > 0; k--) lines[random.Next(lines.Count)] = Lines(random, 1)[0];
                if (random.Next(3) == 0) lines.InsertRange(random.Next(lines.Count), Lines(random, random.Next(1, 9)));
                string text = string.Join('\n', lines);
                Say($"M 100644 inline part{file % 7}/group{file % 31}/file{file}.txt\ndata {text.Length}\n{text}\n");
            }
        }
    }

    private static int AddFile(List<List<string>> files, SplitMix random)
    {
        files.Add(Lines(random, random.Next(20, 200)));
        return files.Count - 1;
    }

    private static List<string> Lines(SplitMix random, int count)
    {
        var lines = new List<string>(count);
        for (int k = 0; k < count; k++)
        {
            var line = new StringBuilder();
            for (int word = random.Next(2, 9); word > 0; word--)
            {
                // Words come from a small vocabulary, so that the texts compress about as well as sources do.
                var letters = new SplitMix((ulong)random.Next(1_500));
                for (int left = letters.Next(2, 10); left > 0; left--) line.Append((char)('a' + letters.Next(26)));
                line.Append(' ');
            }

            lines.Add(line.ToString());
        }

        return lines;
    }
}
