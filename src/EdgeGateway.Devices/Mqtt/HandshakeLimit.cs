using Microsoft.AspNetCore.Connections;

namespace EdgeGateway.Devices.Mqtt;

/// <summary>
/// Bounds the connections in the middle of a TLS handshake, which cost memory before anything is known of them: one more takes the place
/// of the oldest, as with those that have not signed in. Safe for any number of threads.
/// </summary>
sealed class HandshakeLimit(MqttOptions options, MqttEvents events)
{
    readonly Lock _lock = new();
    readonly LinkedList<ConnectionContext> _shaking = [];

    /// <summary>The first of the connection's middleware.</summary>
    public ConnectionDelegate Before(ConnectionDelegate next) => async connection =>
    {
        var place = new LinkedListNode<ConnectionContext>(connection);
        connection.Features.Set(new Handshake(() => Leave(place)));
        if (Enter(place) is { } oldest)
        {
            events.ConnectionRefused("strangers");
            oldest.Abort();
        }

        try
        {
            await next(connection);
        }
        finally
        {
            Leave(place);
        }
    };

    /// <summary>Behind the handshake.</summary>
    public static ConnectionDelegate After(ConnectionDelegate next) => connection =>
    {
        connection.Features.Get<Handshake>()?.Done();
        return next(connection);
    };

    ConnectionContext? Enter(LinkedListNode<ConnectionContext> place)
    {
        lock (_lock)
        {
            _shaking.AddLast(place);
            if (_shaking.Count <= options.MaximumStrangers) return null;
            var oldest = _shaking.First!;
            _shaking.Remove(oldest);
            return oldest.Value;
        }
    }

    void Leave(LinkedListNode<ConnectionContext> place)
    {
        lock (_lock)
        {
            if (place.List is not null) _shaking.Remove(place);
        }
    }

    sealed record Handshake(Action Done);
}
