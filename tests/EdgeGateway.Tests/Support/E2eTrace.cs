using System.Text;
using System.Text.RegularExpressions;

namespace EdgeGateway.Tests.Support;

/// <summary>One system call of an strace file (<c>-f -y -xx</c>), and the lines at which it began and ended.</summary>
sealed partial record E2eSystemCall(int Began, int Ended, string Name, string Arguments)
{
    /// <summary>In the order in which they began. A call that another thread's interrupts is two lines of the file.</summary>
    public static IReadOnlyList<E2eSystemCall> Read(IEnumerable<string> lines)
    {
        var calls = new List<E2eSystemCall>();
        var open = new Dictionary<string, int>();
        var at = 0;
        foreach (var line in lines)
        {
            at++;
            var match = Line().Match(line);
            if (!match.Success) continue;
            var thread = match.Groups["thread"].Value;
            var text = match.Groups["text"].Value;
            if (text.StartsWith("<... ", StringComparison.Ordinal))
            {
                if (open.Remove(thread, out var began)) calls[began] = calls[began] with { Ended = at, Arguments = calls[began].Arguments + text };
                continue;
            }

            var bracket = text.IndexOf('(', StringComparison.Ordinal);
            if (bracket < 0) continue;
            var unfinished = text.EndsWith("<unfinished ...>", StringComparison.Ordinal);
            if (unfinished) open[thread] = calls.Count;
            calls.Add(new E2eSystemCall(at, unfinished ? int.MaxValue : at, text[..bracket], text[bracket..]));
        }

        return calls;
    }

    /// <summary>Bytes as strace writes them.</summary>
    public static string Hex(params byte[] bytes) => string.Concat(bytes.Select(value => $"\\x{value:x2}"));

    public static string Hex(string text) => Hex(Encoding.ASCII.GetBytes(text));

    [GeneratedRegex(@"^(?<thread>\d+)\s+(?<text>.+)$")]
    private static partial Regex Line();
}
