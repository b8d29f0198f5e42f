using System.Globalization;
using System.Text;

namespace EdgeGateway.Simulators.Nmea;

/// <summary>Sentences as IEC 61162-1 (NMEA 0183) receivers of several systems write them (talker <c>GN</c>).</summary>
static class NmeaSentence
{
    const string Latitude = "2949.8000,N";
    const string Longitude = "11513.2000,E";

    /// <summary>Recommended minimum: time, position, date.</summary>
    public static byte[] Rmc(DateTimeOffset at) => Of($"GNRMC,{Time(at)},A,{Latitude},{Longitude},0.00,0.0,{Text(at, "ddMMyy")},,,A");

    /// <summary>Fix data.</summary>
    public static byte[] Gga(DateTimeOffset at, int satellites) => Of(string.Create(
        CultureInfo.InvariantCulture, $"GNGGA,{Time(at)},{Latitude},{Longitude},1,{satellites:D2},0.8,35.0,M,-12.0,M,,"));

    /// <summary>Time and date with four digits of the year.</summary>
    public static byte[] Zda(DateTimeOffset at) => Of($"GNZDA,{Time(at)},{Text(at, "dd,MM,yyyy")},00,00");

    /// <summary>Between <c>$</c> and <c>*</c>, whose checksum is the exclusive or of all its characters.</summary>
    static byte[] Of(string body) => Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"${body}*{body.Aggregate(0, (sum, c) => sum ^ c):X2}\r\n"));

    static string Time(DateTimeOffset at) => Text(at, "HHmmss.fff");

    static string Text(DateTimeOffset at, string form) => at.UtcDateTime.ToString(form, CultureInfo.InvariantCulture);
}
