using System.Diagnostics;

namespace Pile.Earth.Tests;

public class MgrsSquareTests
{
    /// <summary>Runs GeoConvert of GeographicLib on lines.</summary>
    private static string[] GeoConvert(IEnumerable<string> lines, params string[] options)
    {
        ProcessStartInfo start = new("GeoConvert", options)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        foreach (string line in lines)
            process.StandardInput.WriteLine(line);
        process.StandardInput.Close();
        string text = output.GetAwaiter().GetResult();
        process.WaitForExit();
        return text.TrimEnd('\n').Split('\n');
    }

    private static List<(double Lon, double Lat)> Positions()
    {
        Random random = new(5);
        List<(double, double)> positions = [];
        for (int i = 0; i < 6000; i++)
            positions.Add((random.NextDouble() * 360 - 180, Math.Asin(random.NextDouble() * 2 - 1) * 180 / Math.PI));
        for (int i = 0; i < 2000; i++) // Norway, Svalbard, the ends of UTM
            positions.Add((random.NextDouble() * 50 - 3, 55 + random.NextDouble() * 35));
        for (int i = 0; i < 2000; i++)
            positions.Add((random.NextDouble() * 360 - 180, (i % 2 == 0 ? 83.5 : -80.5) + random.NextDouble()));
        foreach (double lat in (double[])[-90, -80.0000001, -80, -72, -8, -0.0000001, 0, 8, 55.9999999, 56, 63.9999999, 64, 71.9999999, 72,
            83.9999999, 84, 90])
            foreach (double lon in (double[])[-180, -177, -174, -6, 0, 2.9999999, 3, 5.9999999, 6, 8.9999999, 9, 11.9999999, 12,
                20.9999999, 21,                32.9999999, 33, 41.9999999, 42, 90, 179.9999999, 180])
                positions.Add((lon, lat));
        return positions;
    }

    [Fact]
    public void Zones_coordinates_and_squares_agree_with_GeographicLib()
    {
        List<(double Lon, double Lat)> positions = Positions();
        string[] lines = [.. positions.Select(p => $"{p.Lat:F15} {p.Lon:F15}")];
        string[] squares = GeoConvert(lines, "-m", "-p", "-5"), coordinates = GeoConvert(lines, "-u", "-p", "6");
        Assert.Equal((positions.Count, positions.Count), (squares.Length, coordinates.Length));
        for (int i = 0; i < positions.Count; i++)
        {
            (double lon, double lat) = positions[i];
            MgrsSquare square = MgrsSquare.Of(lon, lat);
            Assert.True(squares[i] == square.Name, $"({lon:R}, {lat:R}): expected {squares[i]}, found {square.Name}");

            string[] words = coordinates[i].Split(' ');
            (double easting, double northing) = Utm.Project(square.Zone, lon, lat);
            Assert.Equal(words[0], (square.Zone.IsPolar ? "" : $"{square.Zone.Number:00}") + (square.Zone.IsNorth ? "n" : "s"));
            Assert.Equal(double.Parse(words[1]), easting, 2e-6);
            Assert.Equal(double.Parse(words[2]), northing, 2e-6);
            Assert.InRange(easting, square.EastingM - 1e-6, square.EastingM + MgrsSquare.SizeM);
            Assert.InRange(northing, square.NorthingM - 1e-6, square.NorthingM + MgrsSquare.SizeM);
            Assert.Equal(square, MgrsSquare.Parse(square.Name));
            if (square.Zone.IsPolar)
                continue;
            (double backLon, double backLat) = Utm.Unproject(square.Zone, easting, northing);
            Assert.Equal(0.0, Math.IEEERemainder(lon - backLon, 360.0), 1e-11);
            Assert.Equal(lat, backLat, 1e-12);
        }
    }

    [Fact]
    public void Names_are_those_that_GeographicLib_accepts_with_the_same_corner()
    {
        string[] names = [.. from prefix in (string[])["01", "20", "31", "32", "33", "60"] from band in "CDGHMNSUVWX"
                             from column in "ABDEHJKNRSTVZ" from row in "ABCDEFGHJKLMNPQRSTUV" select $"{prefix}{band}{column}{row}",
            .. from band in "ABYZ" from column in "ABCDFGHJKLPQRSTUXYZ" from row in "ABGHNPRVZ" select $"{band}{column}{row}"];
        string[] corners = GeoConvert(names, "-u", "-n", "-p", "0");
        int accepted = 0;
        for (int i = 0; i < names.Length; i++)
        {
            bool isKnown = !corners[i].StartsWith("ERROR", StringComparison.Ordinal);
            // GeographicLib also names squares beyond the ends of UTM, where lon/lat has the polar system.
            if (isKnown && names[i].Length == 5 && (double.Parse(corners[i].Split(' ')[2]) is var northing)
                && ((names[i][2] == 'C' && northing <= 1_000_000) || (names[i][2] == 'X' && northing >= 9_400_000)))
            {
                if (northing is 1_000_000 or 9_400_000) // 80° S and 84° N pass through some of these
                    continue;
                isKnown = false;
            }
            Assert.True(isKnown == MgrsSquare.TryParse(names[i], out MgrsSquare square), $"{names[i]}: {corners[i]}");
            if (!isKnown)
                continue;
            accepted++;
            Assert.Equal(corners[i], $"{(square.Zone.IsPolar ? "" : $"{square.Zone.Number:00}")}{(square.Zone.IsNorth ? "n" : "s")} "
                + $"{square.EastingM:F0} {square.NorthingM:F0}");
        }
        Assert.InRange(accepted, 2000, names.Length - 5000);
    }

    [Theory]
    [InlineData(32720, 550_000, 6_350_000, "20HNJ")]
    [InlineData(32628, 350_000, 2_250_000, "28QCH")]
    [InlineData(32607, 0, 0, null)]
    [InlineData(32720, 900_000, 6_350_000, null)]
    [InlineData(32661, 2_000_000, 2_000_000, "ZAH")]
    public void Squares_of_projected_coordinates(int epsg, double easting, double northing, string? expected)
    {
        Assert.True(UtmZone.TryFromEpsg(epsg, out UtmZone zone));
        Assert.Equal(epsg, zone.EpsgCode);
        if (expected is null)
            Assert.Throws<ArgumentOutOfRangeException>(() => MgrsSquare.Of(zone, easting, northing));
        else
            Assert.Equal(expected, MgrsSquare.Of(zone, easting, northing).Name);
    }

    [Fact]
    public void Northings_beyond_the_equator_are_those_of_the_other_hemisphere()
    {
        Random random = new(7);
        List<(double Easting, double Northing)> positions =
            [(500_000, 0), (500_000, -1e-10), (500_000, 1e-10), (350_000, -1), (350_000, 1)];
        for (int i = 0; i < 500; i++)
            positions.Add((120_000 + (random.NextDouble() * 760_000), (random.NextDouble() * 1.6e7) - 8e6));
        double Within(double northing) => northing < 0 ? Math.Min(northing, -0.001) : northing; // GeoConvert reads decimals
        string[] squares = GeoConvert(positions.Select(p => p.Northing < 0 ? $"55s {p.Easting:F6} {1e7 + Within(p.Northing):F6}"
            : $"55n {p.Easting:F6} {p.Northing:F6}"), "-m", "-p", "-5");
        for (int i = 0; i < positions.Count; i++)
        {
            (double easting, double northing) = positions[i];
            Assert.Equal(squares[i], MgrsSquare.Of(new UtmZone(55, true), easting, northing).Name);
            if (Math.Abs(northing) > 1e-3 || northing == 0)
                Assert.Equal(squares[i], MgrsSquare.Of(new UtmZone(55, false), easting, 1e7 + northing).Name);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("20HNJ1")]
    [InlineData("61HNJ")]
    [InlineData("00HNJ")]
    [InlineData("20INJ")]
    [InlineData("20HNW")]
    [InlineData("20hnj")]
    [InlineData("20HNJ\n")]
    [InlineData("AAA")]
    public void Names_of_no_square_are_rejected(string name) => Assert.Throws<FormatException>(() => MgrsSquare.Parse(name));

    [Theory]
    [InlineData(double.NaN, 0)]
    [InlineData(0, 90.1)]
    [InlineData(double.PositiveInfinity, 0)]
    public void Positions_off_the_earth_are_rejected(double lon, double lat) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => MgrsSquare.Of(lon, lat));

    [Fact]
    public void A_zone_of_one_digit_is_written_with_two() => Assert.Equal("07HFE", MgrsSquare.Parse("7HFE").Name);
}
