namespace EdgeGateway.Tests.Faults;

/// <summary>A system call that fails once in each thread, or at which the process is killed.</summary>
/// <param name="Error">As the kernel names it: <c>EIO</c>, <c>ENOSPC</c>; or <see cref="Killed"/>.</param>
/// <param name="When">Which of a thread's calls it is, from 1, counted from when strace came.</param>
sealed record Fault(string Call, string Error, int When)
{
    /// <summary>What the evidence path relies on.</summary>
    public static readonly IReadOnlyList<string> Calls = ["openat", "write", "pwrite64", "fsync", "fdatasync", "rename", "ftruncate", "link"];

    public static readonly IReadOnlyList<string> Errors = ["EIO", "ENOSPC"];

    public const string Killed = "KILL";

    /// <summary>Nobody is told of it, and it leaves what was done so far: the exit code is 128 and the signal's number.</summary>
    public const int KilledCode = 137;

    public const int TerminatedCode = 143;

    /// <summary>Killed where something becomes durable, or gets its name.</summary>
    public static readonly IReadOnlyList<string> Steps = ["fsync", "rename"];

    /// <summary>All of them.</summary>
    public static IEnumerable<Fault> Every(IEnumerable<string> calls, IReadOnlyList<int> occurrences) =>
        calls.SelectMany(call => Errors.Select(error => (call, error))).Concat(Steps.Select(call => (call, Killed)))
            .SelectMany(fault => occurrences.Select(when => new Fault(fault.Item1, fault.Item2, when)));

    /// <summary>As strace is told.</summary>
    public string Injection =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"inject={Names}:{(Error == Killed ? "signal" : "error")}={Error}:when={When}");

    /// <summary>Some processors have the older call, some only the newer one; strace passes over what there is none of.</summary>
    public string Names => Call switch
    {
        "rename" => "?rename,?renameat,?renameat2",
        "link" => "?link,?linkat",
        _ => Call,
    };

    public override string ToString() => $"{Call} {Error} at {When}";
}
