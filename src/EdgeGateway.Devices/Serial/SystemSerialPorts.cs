using System.IO.Ports;
using EdgeGateway.Profiles;

namespace EdgeGateway.Devices.Serial;

/// <summary>Ports by System.IO.Ports, read through the base stream: its DataReceived event loses bytes (dotnet/runtime#106631).</summary>
sealed class SystemSerialPorts : ISerialPorts
{
    public ISerialPort Open(string line, SerialLineSettings settings)
    {
        var node = Node(line) ?? throw new IOException("there is no such device node");
        var port = new SerialPort(node, settings.BaudRate, ParityOf(settings), settings.DataBits, StopBitsOf(settings))
        {
            Handshake = Handshake.None,
        };
        try
        {
            using var direction = settings.Rs485 == Rs485Direction.Kernel ? Rs485Port.Set(node) : null;
            port.Open();
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or ArgumentException or InvalidOperationException)
        {
            // What SerialPort throws, beside IOException, for a port in use, a node that is no terminal, missing rights, and
            // settings that the driver refuses.
            port.Dispose();
            throw new IOException(exception.Message, exception);
        }
        catch (IOException)
        {
            port.Dispose();
            throw;
        }

        return new OpenPort(port, line, node);
    }

    // A name under /dev/serial/by-id is a link that leads elsewhere once the adapter was plugged in again.
    static string? Node(string line)
    {
        try
        {
            var node = File.ResolveLinkTarget(line, returnFinalTarget: true)?.FullName ?? line;
            return File.Exists(node) ? node : null;
        }
        catch (IOException)
        {
            // The name or a link on the way leads nowhere.
            return null;
        }
    }

    static Parity ParityOf(SerialLineSettings settings) => settings.Parity switch
    {
        SerialParity.Even => Parity.Even,
        SerialParity.Odd => Parity.Odd,
        _ => Parity.None,
    };

    static StopBits StopBitsOf(SerialLineSettings settings) => settings.StopBits == 2 ? StopBits.Two : StopBits.One;

    sealed class OpenPort(SerialPort port, string line, string node) : ISerialPort
    {
        public Stream Stream { get; } = port.BaseStream;

        public bool IsPresent => Node(line) == node;

        public void Dispose() => port.Dispose();
    }
}
