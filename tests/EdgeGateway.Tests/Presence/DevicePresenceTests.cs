using EdgeGateway.Devices;
using EdgeGateway.Presence;
using EdgeGateway.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace EdgeGateway.Tests.Presence;

public sealed class DevicePresenceTests
{
    static readonly DateTimeOffset Start = new(2026, 11, 26, 8, 0, 0, TimeSpan.Zero);

    // Its profile allows an hour of silence.
    static readonly Device Camera = MqttDevices.Device("cam-1", MqttDevices.Camera);

    readonly FakeTimeProvider _time = new(Start);
    readonly DevicePresence _presence;

    public DevicePresenceTests() => _presence = new DevicePresence(_time);

    [Fact]
    public void A_device_is_online_from_its_first_connection_on_and_takeovers_change_nothing()
    {
        Assert.Null(_presence.Find("cam-1"));
        _presence.Connected(Camera, tookOver: false);
        _time.Advance(TimeSpan.FromMinutes(5));
        _presence.Connected(Camera, tookOver: false);

        Assert.Equal((true, Start), _presence.Find("cam-1"));
        Assert.Empty(_presence.Due());
    }

    [Fact]
    public void A_will_makes_a_gap_after_half_a_minute_that_ends_when_the_device_is_back()
    {
        _presence.Connected(Camera, tookOver: false);
        _time.Advance(TimeSpan.FromMinutes(5));
        _presence.Ended(Camera, ConnectionEnd.Will);
        _time.Advance(DevicePresence.WillGrace - TimeSpan.FromSeconds(1));
        Assert.Empty(_presence.Due());
        _time.Advance(TimeSpan.FromSeconds(1));

        var gone = Assert.Single(_presence.Due());
        Assert.Equal((PresenceKind.Will, Start.AddMinutes(5), null), (gone.Kind, gone.From, gone.To));
        Assert.Equal(gone, Assert.Single(_presence.Due()));
        _presence.Sealed(gone);
        Assert.Empty(_presence.Due());

        _time.Advance(TimeSpan.FromMinutes(2));
        _presence.Connected(Camera, tookOver: false);
        var back = Assert.Single(_presence.Due());
        Assert.Equal((PresenceKind.Will, Start.AddMinutes(5), _time.GetUtcNow()), (back.Kind, back.From, back.To));
        _presence.Sealed(back);
        Assert.Empty(_presence.Due());
    }

    [Theory]
    [InlineData(ConnectionEnd.Goodbye)]
    [InlineData(ConnectionEnd.Lost)]
    public void Without_a_will_a_gap_begins_to_count_when_the_profile_allows_no_more_silence(ConnectionEnd end)
    {
        _presence.Connected(Camera, tookOver: false);
        _presence.Ended(Camera, end);
        _time.Advance(TimeSpan.FromMinutes(59));
        Assert.Empty(_presence.Due());
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal((PresenceKind.Silence, Start), (Assert.Single(_presence.Due()).Kind, Assert.Single(_presence.Due()).From));
    }

    [Fact]
    public void A_device_that_is_back_in_time_leaves_no_gap()
    {
        _presence.Connected(Camera, tookOver: false);
        _presence.Ended(Camera, ConnectionEnd.Will);
        _time.Advance(TimeSpan.FromSeconds(20));
        _presence.Connected(Camera, tookOver: false);
        _time.Advance(TimeSpan.FromHours(3));

        Assert.Empty(_presence.Due());
    }

    [Fact]
    public void A_link_that_flaps_makes_one_gap_and_then_what_the_profile_allows_counts()
    {
        var notices = 0;
        for (var n = 0; n < 60; n++)
        {
            _presence.Connected(Camera, tookOver: false);
            Settle();
            _presence.Ended(Camera, ConnectionEnd.Will);
            _time.Advance(TimeSpan.FromSeconds(45));
            Settle();
        }

        // Of the first absence its beginning and its end.
        Assert.Equal(2, notices);

        void Settle()
        {
            foreach (var notice in _presence.Due())
            {
                notices++;
                _presence.Sealed(notice);
            }
        }
    }

    [Fact]
    public void A_device_that_was_expected_and_does_not_come_makes_a_gap_from_the_start_on()
    {
        _presence.Expect(Camera);
        _time.Advance(TimeSpan.FromHours(1));

        Assert.Equal((PresenceKind.Silence, Start), (Assert.Single(_presence.Due()).Kind, Assert.Single(_presence.Due()).From));
    }

    [Fact]
    public void A_device_that_has_come_is_not_expected_any_more()
    {
        _presence.Connected(Camera, tookOver: false);
        _presence.Expect(Camera);

        Assert.Equal((true, Start), _presence.Find("cam-1"));
    }

    [Fact]
    public void Three_takeovers_of_a_working_connection_within_a_minute_are_told_once_an_hour()
    {
        _presence.Connected(Camera, tookOver: false);
        for (var n = 0; n < 100; n++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            _presence.Connected(Camera, tookOver: true);
            if (n < 2) Assert.Empty(_presence.Due());
        }

        var contest = Assert.Single(_presence.Due());
        Assert.Equal((PresenceKind.Contest, Start.AddSeconds(1), Start.AddSeconds(3)), (contest.Kind, contest.From, contest.To!.Value));
        _presence.Sealed(contest);
        _presence.Connected(Camera, tookOver: true);
        Assert.Empty(_presence.Due());

        _time.Advance(TimeSpan.FromHours(2));
        for (var n = 0; n < 3; n++) _presence.Connected(Camera, tookOver: true);
        Assert.Equal(PresenceKind.Contest, Assert.Single(_presence.Due()).Kind);
    }

    [Fact]
    public void Takeovers_that_are_far_apart_are_a_bad_link()
    {
        _presence.Connected(Camera, tookOver: false);
        for (var n = 0; n < 10; n++)
        {
            _time.Advance(TimeSpan.FromSeconds(40));
            _presence.Connected(Camera, tookOver: true);
        }

        Assert.Empty(_presence.Due());
    }
}
