namespace EdgeGateway.Tests.Faults;

/// <summary>A system call that fails once in each thread.</summary>
/// <param name="Error">As the kernel names it: <c>EIO</c>, <c>ENOSPC</c>.</param>
/// <param name="When">Which of a thread's calls it is, from 1, counted from when strace came.</param>
sealed record Fault(string Call, string Error, int When)
{
    /// <summary>What the evidence path relies on.</summary>
    public static readonly IReadOnlyList<string> Calls = ["openat", "write", "pwrite64", "fsync", "fdatasync", "rename", "ftruncate", "link"];

    public static readonly IReadOnlyList<string> Errors = ["EIO", "ENOSPC"];

    /// <summary>Some processors have the older call, some only the newer one; strace passes over what there is none of.</summary>
    public string Names => Call switch
    {
        "rename" => "?rename,?renameat,?renameat2",
        "link" => "?link,?linkat",
        _ => Call,
    };

    public override string ToString() => $"{Call} {Error} at {When}";
}
