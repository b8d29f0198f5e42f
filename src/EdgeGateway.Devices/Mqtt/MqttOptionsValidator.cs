using System.Net;
using EdgeGateway.Devices.Mqtt.Brokers;
using Microsoft.Extensions.Options;

namespace EdgeGateway.Devices.Mqtt;

/// <summary>Finds everything that is wrong with <see cref="MqttOptions"/>, not just the first.</summary>
sealed class MqttOptionsValidator : IValidateOptions<MqttOptions>
{
    const int Ports = ushort.MaxValue;
    const int MaximumNames = 64;

    public ValidateOptionsResult Validate(string? name, MqttOptions options)
    {
        var errors = new List<string>();
        if (!MqttPort.TryParse(options.PlainPort, out _))
        {
            errors.Add($"Mqtt:PlainPort is '{options.PlainPort}': use a port from 0 (a free one) to {Ports}, or '{MqttPort.Off}'.");
        }

        if (!MqttPort.TryParse(options.TlsPort, out _))
        {
            errors.Add($"Mqtt:TlsPort is '{options.TlsPort}': use a port from 0 (a free one) to {Ports}, or '{MqttPort.Off}'.");
        }

        if (!IPAddress.TryParse(options.TlsAddress, out _))
        {
            errors.Add($"Mqtt:TlsAddress is '{options.TlsAddress}': use an IP address of this machine, 0.0.0.0 for all of them.");
        }

        if (options.TlsNames.Count > MaximumNames) errors.Add($"Mqtt:TlsNames has {options.TlsNames.Count} names: use {MaximumNames} at most.");
        foreach (var name_ in options.TlsNames.Where(name => Uri.CheckHostName(name) == UriHostNameType.Unknown))
        {
            errors.Add($"Mqtt:TlsNames has '{name_}': use host names and IP addresses.");
        }

        if (options.TlsCertificate is null != options.TlsKey is null)
        {
            errors.Add("Mqtt:TlsCertificate and Mqtt:TlsKey belong together: give both, or neither for the gateway's own authority.");
        }

        Range(nameof(options.MaximumConnections), options.MaximumConnections, 1, Ports);
        Range(nameof(options.MaximumStrangers), options.MaximumStrangers, 1, Ports);
        Range(nameof(options.ConnectTimeoutSeconds), options.ConnectTimeoutSeconds, 1, 60);
        Range(nameof(options.ReceiveMaximum), options.ReceiveMaximum, 1, Ports);
        Range(nameof(options.SealWaitSeconds), options.SealWaitSeconds, 1, 60);
        Range(nameof(options.StopWaitSeconds), options.StopWaitSeconds, 0, 30);
        errors.AddRange(BrokerOptionsValidator.Check(options.Brokers));
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void Range(string setting, int value, int minimum, int maximum)
        {
            if (value < minimum || value > maximum)
            {
                errors.Add($"Mqtt:{setting} is {value}: use a number from {minimum} to {maximum}.");
            }
        }
    }
}
