using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EdgeGateway.Devices.Serial;

/// <summary>
/// Has a port's driver turn its RS-485 line round by RTS (TIOCSRS485 of Linux, Documentation/driver-api/serial/serial-rs485.rst),
/// which .NET does not offer. To be held until the port is open: some drivers forget it when nobody has the node open.
/// </summary>
static partial class Rs485Port
{
    const nuint SetRs485 = 0x542F;
    const uint Enabled = 1;
    const uint RtsOnSend = 2;

    const int ReadWrite = 2;
    const int NotControlling = 0x100;
    const int NonBlocking = 0x800;
    const int CloseOnExec = 0x80000;

    /// <exception cref="IOException">The node can't be opened, or its driver can't do it; the message says what to do.</exception>
    public static SafeFileHandle Set(string node)
    {
        var file = new SafeFileHandle(Open(node, ReadWrite | NotControlling | NonBlocking | CloseOnExec), ownsHandle: true);
        if (file.IsInvalid) throw new IOException(LastError());

        var settings = new Settings { Flags = Enabled | RtsOnSend };
        if (Ioctl(file, SetRs485, ref settings) == 0) return file;

        var reason = LastError();
        file.Dispose();
        throw new IOException(
            $"its driver can't turn an RS-485 line round ({reason}): take 'rs485: kernel' out of the profile where the adapter does it by itself, else use another port");
    }

    static string LastError() => new Win32Exception(Marshal.GetLastPInvokeError()).Message;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Ioctl(SafeFileHandle file, nuint request, ref Settings settings);

    /// <summary>struct serial_rs485: 32 bytes.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 32)]
    struct Settings
    {
        public uint Flags;
        public uint DelayBeforeSend;
        public uint DelayAfterSend;
    }
}
