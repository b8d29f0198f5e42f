using EdgeGateway.Simulators.Runs;

namespace EdgeGateway.Simulators.Commands;

/// <summary>Shows how a run goes: one line that is written over on a terminal, elsewhere only what changes about who can't get through.</summary>
static class RunProgress
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public static async Task WhileAsync(ScenarioRun run, TextWriter screen, TimeProvider time, Func<Task> work)
    {
        var isTerminal = !Console.IsErrorRedirected;
        using var timer = new PeriodicTimer(Interval, time);
        var working = work();
        var problem = "";
        while (!working.IsCompleted)
        {
            var tick = timer.WaitForNextTickAsync().AsTask();
            if (await Task.WhenAny(working, tick) == working) break;
            var summary = run.Summarise();
            if (isTerminal) Overwrite(screen, summary);
            var now = summary.Problems is [var first, ..] ? $"{summary.Problems.Count} without connection, such as {first}" : "";
            if (now == problem) continue;
            problem = now;
            if (!isTerminal) screen.WriteLine(now.Length > 0 ? now : "all connected");
        }

        if (isTerminal) screen.WriteLine();
        await working;
    }

    static void Overwrite(TextWriter screen, RunSummary summary)
    {
        var problem = summary.Problems is [var first, ..] ? $"  [{first}]" : "";
        var line = $"{TimeSpan.FromSeconds(Math.Floor(summary.Seconds)):c}  {summary}{problem}";
        var width = Math.Max(Console.WindowWidth - 1, 20);
        screen.Write('\r' + (line.Length > width ? line[..width] : line.PadRight(width)));
    }
}
