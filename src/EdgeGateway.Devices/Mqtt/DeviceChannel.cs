using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using MQTTnet.Adapter;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace EdgeGateway.Devices.Mqtt;

/// <summary>
/// One connection, as MQTTnet sees it: it is given connects and subscriptions from here and sends what is for the client.
/// Publishes and their acknowledgements do not pass through MQTTnet: its queue belongs to a client and not to a connection,
/// an exception in it loses an acknowledgement in silence, and each packet costs it a write.
/// </summary>
/// <remarks>
/// MQTTnet never learns of wills, lasting sessions and keep-alives: wills are ignored, a session ends with its connection, and
/// silence is measured here, by a clock that nobody sets. Nor does it learn of the client's id: it is given one of its own for
/// each connection.
/// </remarks>
sealed class DeviceChannel : IMqttChannelAdapter
{
    const MqttDisconnectReasonCode None = MqttDisconnectReasonCode.NormalDisconnection;
    const int Open = -1;

    // MQTTnet queues its answers without a bound, so a client gets only so many questions ahead of them.
    const int MaximumUnanswered = 16;

    static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);

    // Two senders that fight over one identity come back at once; a bad link leaves a connection silent for longer.
    static readonly TimeSpan AtWork = TimeSpan.FromSeconds(5);

    readonly ConnectionContext _connection;
    readonly PublishIntake _intake;
    readonly MqttOptions _options;
    readonly TimeProvider _timeProvider;
    readonly MqttEvents _events;
    readonly PacketInput _input;
    readonly PacketOutput _output;
    readonly SemaphoreSlim _writing = new(1, 1);
    readonly SemaphoreSlim _unanswered = new(MaximumUnanswered);
    readonly CancellationTokenSource _closing = new();
    readonly CancellationTokenSource _cut = new();
    readonly ITimer _watch;
    Task? _pump;
    volatile bool _hasWill;
    volatile bool _saidGoodbye;
    int _reason = Open;

    public DeviceChannel(
        ConnectionContext connection, PublishIntake intake, MqttOptions options, TimeProvider timeProvider, MqttEvents events)
    {
        _connection = connection;
        _intake = intake;
        _options = options;
        _timeProvider = timeProvider;
        _events = events;
        _output = new PacketOutput(connection.Transport.Output, _writing);
        _input = new PacketInput(connection.Transport.Input, _output, PacketFormatterAdapter, timeProvider, _closing.Token);
        _watch = timeProvider.CreateTimer(
            static channel => ((DeviceChannel)channel!).Watch(),
            this,
            TimeSpan.FromSeconds(options.ConnectTimeoutSeconds),
            Timeout.InfiniteTimeSpan);
        Receipts = new Receipts(events);
    }

    public Receipts Receipts { get; }

    /// <summary>Null until the device has signed in.</summary>
    public DeviceSession? Session { get; private set; }

    /// <summary>As the client sent it; null until then.</summary>
    public string? ClientId { get; private set; }

    /// <summary>What the client announced, in seconds.</summary>
    public ushort KeepAlive { get; private set; }

    public MqttPacketFormatterAdapter PacketFormatterAdapter { get; } = new(new MqttBufferWriter(1024, 64 * 1024));

    public EndPoint? RemoteEndPoint => _connection.RemoteEndPoint;

    public EndPoint? LocalEndPoint => _connection.LocalEndPoint;

    /// <summary>What the client proved in the handshake to have the key of; nobody looked who issued it.</summary>
    public X509Certificate2? ClientCertificate => _connection.Features.Get<ITlsConnectionFeature>()?.ClientCertificate;

    public bool IsSecureConnection => Tls != "none";

    /// <summary>As entries have it: <c>1.3</c>, <c>1.2</c>, or <c>none</c>.</summary>
    public string Tls => _connection.Features.Get<ITlsHandshakeFeature>()?.Protocol switch
    {
        SslProtocols.Tls13 => "1.3",
        SslProtocols.Tls12 => "1.2",
        _ => "none",
    };

    /// <summary>Whether the device sent something within the last seconds.</summary>
    public bool IsAtWork => _input.Silence < AtWork;

    /// <summary>Whether it is the gateway that leaves.</summary>
    public bool EndsByStop => _reason == (int)MqttDisconnectReasonCode.ServerShuttingDown;

    /// <summary>Of a connection that is over.</summary>
    public ConnectionEnd End => _saidGoodbye ? ConnectionEnd.Goodbye : _hasWill ? ConnectionEnd.Will : ConnectionEnd.Lost;

    public long BytesReceived => 0;

    public long BytesSent => 0;

    public void ResetStatistics()
    {
    }

    public Task ConnectAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>From here on publishes are taken.</summary>
    public void SignIn(DeviceSession session)
    {
        Session = session;
        _input.SignIn(session, new PublishReceiver(session, _intake, Receipts, _options, _timeProvider, _events));
        _pump = PumpAsync(session);
        _watch.Change(session.Silence > TimeSpan.Zero ? session.Silence : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>
    /// Ends the connection: reading stops, what is owed already leaves as soon as it is durable, then the reason. The first
    /// reason counts. Safe for any number of threads.
    /// </summary>
    public void Close(MqttDisconnectReasonCode reason)
    {
        if (Interlocked.CompareExchange(ref _reason, (int)reason, Open) != Open) return;
        if (reason != None) _events.ConnectionClosed(reason, RemoteEndPoint, Session?.Device);
        _closing.Cancel();
    }

    /// <returns>The next packet that MQTTnet is to handle, or null when the connection is at its end.</returns>
    public async Task<MqttPacket?> ReceivePacketAsync(CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(static channel => ((DeviceChannel)channel!).Close(None), this);
        try
        {
            var (packet, reason) = await _input.ReadAsync();
            if (packet is not null) return await PrepareAsync(packet);
            Close(reason);
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // Close was called; the reason is kept there.
        }
        catch (MqttProtocolViolationException)
        {
            if (PacketFormatterAdapter.ProtocolVersion == MqttProtocolVersion.Unknown)
            {
                await _output.WriteAsync(ConnectionPackets.UnacceptableProtocolVersion, last: true, cancellationToken);
            }

            Close(MqttDisconnectReasonCode.MalformedPacket);
        }
        catch (IOException)
        {
            // The peer is gone without a word, as peers are.
        }

        Session?.Acknowledgements.Writer.TryComplete();
        return null;
    }

    public async Task SendPacketAsync(MqttPacket packet, CancellationToken cancellationToken)
    {
        switch (packet)
        {
            case MqttDisconnectPacket disconnect:
                // Sent once what is owed has left; this must not wait, because MQTTnet lets nobody else in meanwhile.
                Close(disconnect.ReasonCode);
                break;
            case MqttConnAckPacket acknowledgement when PacketFormatterAdapter.ProtocolVersion == MqttProtocolVersion.V500:
                var bytes = ConnectionPackets.ConnAck(acknowledgement, _options.ReceiveMaximum, Session?.MaximumPacketSize ?? 0);
                await _output.WriteAsync(bytes, last: false, cancellationToken);
                break;
            default:
                await _output.WriteAsync(packet, PacketFormatterAdapter, cancellationToken);
                if (packet is MqttSubAckPacket or MqttUnsubAckPacket) _unanswered.Release();
                break;
        }
    }

    /// <summary>MQTTnet has done with this connection; <see cref="EndAsync"/> is still to come.</summary>
    public Task DisconnectAsync(CancellationToken cancellationToken)
    {
        Close(None);
        Session?.Acknowledgements.Writer.TryComplete();
        return Task.CompletedTask;
    }

    /// <summary>Lets what is owed leave, for a bounded time, and gives the connection up.</summary>
    public async Task EndAsync()
    {
        await DisconnectAsync(CancellationToken.None);
        await _watch.DisposeAsync();
        try
        {
            if (_pump is not null) await LetLeaveAsync(_pump);
        }
        finally
        {
            Receipts.Close();
            if (!_output.TryComplete()) _connection.Abort(new ConnectionAbortedException("The client does not read."));
            await _connection.Transport.Input.CompleteAsync();
        }
    }

    /// <summary>Nothing here holds on to anything but memory, and MQTTnet may still write when a connection is over.</summary>
    public void Dispose()
    {
    }

    async ValueTask<MqttPacket> PrepareAsync(MqttPacket packet)
    {
        switch (packet)
        {
            case MqttConnectPacket connect:
                ClientId = connect.ClientId;
                connect.ClientId = _connection.ConnectionId;
                _hasWill = connect.WillFlag;
                KeepAlive = ControlPackets.Restrict(connect);
                break;
            case MqttSubscribePacket or MqttUnsubscribePacket:
                await _unanswered.WaitAsync(_closing.Token);
                break;
            case MqttPubAckPacket:
                Receipts.Acknowledged();
                break;
            case MqttDisconnectPacket disconnect:
                // MQTT 5.0 section 3.14.2.1: a client may leave and still want its will to count.
                _saidGoodbye = disconnect.ReasonCode == MqttDisconnectReasonCode.NormalDisconnection;
                Close(None);
                break;
        }

        return packet;
    }

    async Task PumpAsync(DeviceSession session)
    {
        var pump = new AcknowledgementPump(session, _output, Receipts, _timeProvider, _events);
        try
        {
            Close(await pump.RunAsync(_cut.Token));
            if (session.Version5 && _reason != (int)None)
            {
                var packet = ConnectionPackets.Disconnect((MqttDisconnectReasonCode)_reason);
                await _output.WriteAsync(packet, last: true, _cut.Token);
            }
        }
        catch (OperationCanceledException) when (_cut.IsCancellationRequested)
        {
            // What has not left by now will not: the client sends it again.
        }
        finally
        {
            // Whatever ended this, nothing is to be taken in that could not be acknowledged.
            Close(MqttDisconnectReasonCode.UnspecifiedError);
        }
    }

    async ValueTask LetLeaveAsync(Task pump)
    {
        try
        {
            await pump.WaitAsync(TimeSpan.FromSeconds(_options.StopWaitSeconds), _timeProvider);
            if (Session is { Version5: true } && _reason != (int)None) await LingerAsync();
        }
        catch (TimeoutException)
        {
            _cut.Cancel();
            _connection.Abort(new ConnectionAbortedException("What is owed cannot leave in time."));
            await pump;
        }
    }

    // A connection that is closed with unread bytes is reset, and a reset overtakes the DISCONNECT that says why.
    async ValueTask LingerAsync()
    {
        using var enough = new CancellationTokenSource(Linger, _timeProvider);
        try
        {
            await _input.DiscardAsync(enough.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // Long enough, or the peer is gone.
        }
    }

    // Runs beside everything else, and at first for those who have not signed in.
    void Watch()
    {
        if (_input.Receiver is null || Session is not { } session)
        {
            Close(MqttDisconnectReasonCode.MaximumConnectTime);
            return;
        }

        if (session.Silence == TimeSpan.Zero) return;
        var silence = _input.Silence;
        if (silence >= session.Silence) Close(MqttDisconnectReasonCode.KeepAliveTimeout);
        else _watch.Change(session.Silence - silence, Timeout.InfiniteTimeSpan);
    }
}
