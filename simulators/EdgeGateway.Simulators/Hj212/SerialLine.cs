using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;
using EdgeGateway.Simulators.Processes;
using Microsoft.Win32.SafeHandles;

namespace EdgeGateway.Simulators.Hj212;

/// <summary>
/// One end of a serial line or pty, in raw mode. Opened by hand, because a terminal opened without O_NOCTTY would become
/// the simulator's own, and the line's hang-up then its end. One thread at a time.
/// </summary>
sealed partial class SerialLine : IDisposable
{
    const int ReadWrite = 0x2;
    const int NoControllingTerminal = 0x100;
    const int NonBlocking = 0x800;
    const int CloseOnExecute = 0x80000;
    const int TryAgain = 11;
    const nuint UnlockPty = 0x40045431;
    const nuint PtyNumber = 0x80045430;
    const short PollIn = 0x1;
    const short PollOut = 0x4;

    readonly SafeFileHandle _handle;
    readonly SerialLine? _far;
    readonly string? _link;

    SerialLine(SafeFileHandle handle, SerialLine? far = null, string? link = null) => (_handle, _far, _link) = (handle, far, link);

    /// <exception cref="IOException">The line can't be opened.</exception>
    public static async Task<SerialLine> OpenAsync(string path, CancellationToken cancellationToken)
    {
        var line = new SerialLine(Open(path));
        try
        {
            var stty = await ChildProcess.RunAsync("stty", ["-F", path, "raw", "-echo"], cancellationToken);
            return stty.ExitCode == 0 ? line : throw new IOException($"{path}: {stty.Error.Trim()}");
        }
        catch
        {
            line.Dispose();
            throw;
        }
    }

    /// <summary>A new pseudo terminal, with a link to the end that others open. Closed, it is gone for them as a line is whose plug is pulled.</summary>
    /// <exception cref="IOException">The link's place is taken, or there can be no more terminals.</exception>
    public static async Task<SerialLine> CreateAsync(string link, CancellationToken cancellationToken)
    {
        PtyLink.MakeWay(link);
        const string Multiplexer = "/dev/ptmx";
        var near = Open(Multiplexer);
        SerialLine? far = null;
        try
        {
            var (locked, number) = (0, 0);
            if (Control(near, UnlockPty, ref locked) < 0 || Control(near, PtyNumber, ref number) < 0) throw new IOException($"{Multiplexer}: {LastError()}");
            var path = string.Create(CultureInfo.InvariantCulture, $"/dev/pts/{number}");
            // Held open, so that a restart of whoever is at the other end does not look like the end of the line.
            far = await OpenAsync(path, cancellationToken);
            File.CreateSymbolicLink(link, path);
            return new SerialLine(near, far, link);
        }
        catch
        {
            far?.Dispose();
            near.Dispose();
            throw;
        }
    }

    /// <summary>Waits for bytes; 0 when none came in the time given.</summary>
    /// <exception cref="IOException">The other end is gone.</exception>
    public int Read(Span<byte> bytes, TimeSpan timeout)
    {
        if (!Wait(PollIn, timeout)) return 0;
        var count = Read(_handle, ref MemoryMarshal.GetReference(bytes), (nuint)bytes.Length);
        if (count > 0) return (int)count;
        if (count < 0 && Marshal.GetLastPInvokeError() == TryAgain) return 0;
        throw new IOException(count == 0 ? "the other end of the line is gone" : LastError());
    }

    /// <exception cref="IOException">The other end is gone, or took nothing for the time given.</exception>
    public void Write(ReadOnlySpan<byte> bytes, TimeSpan timeout)
    {
        while (bytes.Length > 0)
        {
            if (!Wait(PollOut, timeout)) throw new IOException($"the line took nothing for {timeout.TotalSeconds} s");
            var count = Write(_handle, ref MemoryMarshal.GetReference(bytes), (nuint)bytes.Length);
            if (count < 0 && Marshal.GetLastPInvokeError() != TryAgain) throw new IOException(LastError());
            if (count > 0) bytes = bytes[(int)count..];
        }
    }

    public void Dispose()
    {
        if (_link is not null) PtyLink.Remove(_link);
        _far?.Dispose();
        _handle.Dispose();
    }

    static SafeFileHandle Open(string path)
    {
        var descriptor = Open(path, ReadWrite | NoControllingTerminal | NonBlocking | CloseOnExecute);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw new IOException($"{path}: {LastError()}");
    }

    /// <summary>True also when the other end has hung up: the read or write that follows says so.</summary>
    bool Wait(short events, TimeSpan timeout)
    {
        var poll = new PollDescriptor { Descriptor = (int)_handle.DangerousGetHandle(), Events = events };
        return Poll(ref poll, 1, (int)timeout.TotalMilliseconds) > 0;
    }

    static string LastError() => new Win32Exception(Marshal.GetLastPInvokeError()).Message;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeFileHandle handle, nuint request, ref int value);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref PollDescriptor descriptors, nuint count, int timeoutMs);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(SafeFileHandle handle, ref byte bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(SafeFileHandle handle, ref byte bytes, nuint count);

    struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
