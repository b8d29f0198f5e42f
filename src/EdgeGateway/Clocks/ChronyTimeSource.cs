using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace EdgeGateway.Clocks;

/// <summary>Asks the machine's chronyd by <c>chronyc -c tracking</c>, a child process of at most two seconds and 4 KiB.</summary>
sealed class ChronyTimeSource(string program, TimeProvider time) : ITimeSource
{
    const int MaximumCharacters = 4096;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public string Name => "chrony";

    /// <returns>Null where the settings ask for none, or leave it open and chronyc is not installed.</returns>
    public static ChronyTimeSource? Of(ClockOptions options, TimeProvider time) =>
        options.Source == ClockOptions.Chrony || options.Source == ClockOptions.Auto && Find(options.ChronycPath) is not null
            ? new ChronyTimeSource(Find(options.ChronycPath) ?? options.ChronycPath, time)
            : null;

    /// <summary>The program's path, or null where it is not there.</summary>
    public static string? Find(string program) => program.Contains('/')
        ? File.Exists(program) ? program : null
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Path.Combine(directory, program)).FirstOrDefault(File.Exists);

    public async ValueTask<TimeSourceAnswer> ReadAsync(CancellationToken cancellationToken)
    {
        var at = time.GetUtcNow();
        var (output, why) = await RunAsync(cancellationToken);
        if (output is null) return TimeSourceAnswer.None(why!);
        if (!ChronyTracking.TryParse(output, out var tracking, out var error))
        {
            // What it says where no daemon answers, "506 Cannot talk to daemon", is for people.
            return TimeSourceAnswer.None($"'{program}' said '{Evidence.DisplayText.Of(output.Trim(), 100)}' ({error})");
        }

        return tracking.WhyNot is { } not
            ? TimeSourceAnswer.None(not)
            : TimeSourceAnswer.Of(new TimeSourceReading(tracking.OffsetMicroseconds, tracking.UncertaintyMicroseconds, at));
    }

    async Task<(string? Output, string? Why)> RunAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Patience, time);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        using var process = Start(out var failure);
        if (process is null) return (null, $"'{program}' can't be run ({failure})");

        // Both at once, so that neither pipe can hold it up.
        var output = ReadAsync(process.StandardOutput, enough.Token);
        var errors = ReadAsync(process.StandardError, enough.Token);
        try
        {
            if (await await Task.WhenAny(output, errors) is null || await output is not { } text || await errors is null)
            {
                return (null, $"'{program}' printed more than {MaximumCharacters} characters");
            }

            await process.WaitForExitAsync(enough.Token);
            return (text, null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, $"'{program}' did not answer within {Patience.TotalSeconds} s");
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            await ((Task)Task.WhenAll(output, errors)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    Process? Start(out string? failure)
    {
        var start = new ProcessStartInfo(program, ["-c", "tracking"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.ASCII,
            StandardErrorEncoding = Encoding.ASCII,
        };
        start.Environment["LC_ALL"] = "C";
        failure = null;
        try
        {
            return Process.Start(start);
        }
        catch (Win32Exception e)
        {
            failure = e.Message;
            return null;
        }
    }

    /// <returns>Null where there is too much.</returns>
    static async Task<string?> ReadAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        var text = new char[MaximumCharacters + 1];
        var count = await reader.ReadBlockAsync(text, cancellationToken);
        return count > MaximumCharacters ? null : new string(text, 0, count);
    }
}
