using System.Globalization;
using Pile.TestKit;

namespace Pile.Cli.Tests.Chips;

/// <summary><c>pile crossmatch</c> of chips, against rasterio and pyproj.</summary>
public sealed class EarthMatchTests(ChipDatasets chips) : IDisposable
{
    // Points in and around the scenes, and for each the chip that contains it. Borders of a chip are straight in longitude and latitude,
    // not in the grid, so points within a pixel of them are left out.
    private const string Places = """
        import sys
        import numpy as np, rasterio
        from rasterio.warp import transform
        random = np.random.default_rng(1)
        print("name,longitude,latitude,chip")
        n = 0
        for item in ("a1", "a2", "b"):
            with rasterio.open(f"{sys.argv[1]}/{item}/{'ndvi' if item == 'b' else 'red'}.tif") as raster:
                x, y = random.uniform(-20, raster.width + 20, 300), random.uniform(-20, raster.height + 20, 300)
                lon, lat = transform(raster.crs, "EPSG:4326", *(raster.transform * (x, y)))
                for x, y, lon, lat in zip(x, y, lon, lat):
                    column, row = int(x // 32), int(y // 32)
                    if any(not 1 < v % 32 < 31 for v in (x, y)):
                        continue
                    inside = 0 <= column < raster.width // 32 and 0 <= row < raster.height // 32
                    print(f"p{n},{lon!r},{lat!r},{f'{item}_32_{column}_{row}' if inside else ''}")
                    n += 1
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Points_are_matched_with_the_chips_that_contain_them()
    {
        File.WriteAllText(folder["places.csv"], Python.Run(Places, chips[""]));
        string[][] places = [.. File.ReadLines(folder["places.csv"]).Skip(1).Select(line => line.Split(','))];
        (string, string)[] expected = [.. places.Where(p => p[3].Length > 0).Select(p => (p[0], p[3])).Order()];
        Assert.InRange(expected.Length, 200, places.Length - 100);

        Assert.Equal(expected, Pairs("places.csv", chips["all"], "--inside"));
        Assert.Equal(expected, Pairs(chips["all"], "places.csv", "--inside").Select(p => (p.Item2, p.Item1)).Order());
        Assert.Equal(expected, Pairs("places.csv", chips["all"], "--inside", "--radius", "500km", "--find", "nearest"));
        Assert.Empty(Pairs("places.csv", chips["all"], "--inside", "--min-radius", "1km"));
    }

    [Fact]
    public void Chips_overlap_themselves_and_their_neighbours_only()
    {
        ProgramResult result = PileProgram.Run("crossmatch", chips["chips/a1"], chips["chips/a1"], "--overlap", "--columns",
            "a.chip_x,a.chip_y,b.chip_x,b.chip_y", "--out", folder["overlap.csv"]);
        Assert.Equal((0, ""), (result.ExitCode, result.ExitCode == 0 ? "" : result.Error));
        int[][] places = [.. File.ReadLines(folder["overlap.csv"]).Skip(1)
            .Select(line => line.Split(',')[^4..].Select(int.Parse).ToArray())];
        Assert.Equal(12, places.Count(p => p[0] == p[2] && p[1] == p[3]));
        Assert.All(places, p => Assert.True(Math.Abs(p[0] - p[2]) <= 1 && Math.Abs(p[1] - p[3]) <= 1));
    }

    [Theory]
    [InlineData("500", "--radius is an angle, but")]
    [InlineData("-5m", "expected a distance of at least 0")]
    [InlineData("30000km", "--radius must be in [0, 20003932]")]
    public void A_radius_must_be_a_distance(string radius, string message)
    {
        ProgramResult result = PileProgram.Run("crossmatch", chips["chips/a1"], $"--radius={radius}", "--out", folder["x.csv"]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["x.csv"]));
    }

    [Theory]
    [InlineData("--cone=15,95,1deg", "--cone 95: a latitude must be between -90 and 90 degrees")]
    [InlineData("--cone=400,45,1deg", "--cone 400: a longitude must be between 0 and 360 degrees, or -180 and 180")]
    [InlineData("--cone=15,45,30000km", "Expected a distance in metres, 0 to 20003932, that of opposite poles")]
    [InlineData("--cone=15,45,-1m", "expected a distance of at least 0")]
    [InlineData("--cone=15,45,infm", "expected a distance of at least 0")]
    [InlineData("--cone=15,45,181deg", "--cone 181deg: a radius must be at least 0 and at most 180 degrees")]
    [InlineData("--cone=15,45,nan", "--cone nan: expected")]
    [InlineData("--cone=15,45", "expected LON,LAT,RADIUS, for example 16.37,48.21,500m")]
    [InlineData("--box=15,45", "expected LON1,LAT1,LON2,LAT2 in degrees")]
    [InlineData("--box=15,46,16,45", "the southern border 46 is north of the northern border 45")]
    [InlineData("--cone=15,45,1deg --frame galactic", "--frame galactic: the positions of dataset")]
    [InlineData("--cone=1,45,1deg --ra-unit hours", "are longitudes and latitudes on the earth (WGS84)")]
    public void Regions_are_in_longitude_and_latitude(string options, string message) =>
        Assert.Contains(message, PileProgram.RunToError(2, ["query", chips["all"], .. options.Split(' ')]), StringComparison.Ordinal);

    [Fact]
    public void Sexagesimal_longitudes_are_in_degrees()
    {
        string[] rows = PileProgram.RunToJson("query", chips["all"], "--columns", "object_id,lon,lat", "--limit", "1").EnumerateArray()
            .Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.GetProperty("lon").GetDouble():F9}|"
                + $"{row.GetProperty("lat").GetDouble():F9}|{row.GetProperty("object_id").GetString()}")).Single().Split('|');
        string[] texts = [.. rows[..2].Select(degrees => decimal.Parse(degrees, CultureInfo.InvariantCulture)).Select(degrees =>
            string.Create(CultureInfo.InvariantCulture, $"{(int)degrees}:{(int)(degrees % 1 * 60)}:{degrees * 60 % 1 * 60:F6}"))];
        Assert.Equal(rows[2], PileProgram.RunToJson("query", chips["all"], $"--cone={texts[0]},{texts[1]},1", "--columns", "object_id")[0]
            .GetProperty("object_id").GetString());
    }

    [Fact]
    public void A_cone_in_metres_has_the_chips_that_the_geodesics_of_pyproj_select()
    {
        string[][] rows = [.. PileProgram.RunToJson("query", chips["all"], "--columns", "object_id,lon,lat").EnumerateArray()
            .Select(row => new[] { row.GetProperty("object_id").GetString()!, row.GetProperty("lon").GetRawText(),
                row.GetProperty("lat").GetRawText() })];
        File.WriteAllLines(folder["rows.csv"], rows.Select(row => string.Join(',', row)));
        string[] expected = Python.Run("""
            import sys
            from pyproj import Geod
            rows = [line.strip().split(',') for line in open(sys.argv[1])]
            for name, lon, lat in rows[::7]:
                for metres in (0, 325, 1000, 500000):
                    near = [r[0] for r in rows if Geod(ellps='WGS84').inv(float(lon), float(lat), float(r[1]), float(r[2]))[2] <= metres]
                    print(f'{lon},{lat},{metres}m', *sorted(near))
            """, folder["rows.csv"]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(expected.Length > 8);
        foreach (string line in expected)
        {
            string[] words = line.Split(' ');
            Assert.Equal(words[1..], PileProgram.RunToJson("query", chips["all"], $"--cone={words[0]}", "--columns", "object_id")
                .EnumerateArray().Select(row => row.GetProperty("object_id").GetString()).Order(StringComparer.Ordinal));
        }
        Assert.Contains("does not support a radius in metres", PileProgram.RunToError(2, "query", chips["all"], "--cone=15,45,1km",
            "--save", folder["x.query.yaml"]), StringComparison.Ordinal);
        File.WriteAllText(folder["sky.csv"], "id,ra,dec\n1,10.5,20\n");
        PileProgram.Run("build", "--from", folder["sky.csv"], "--out", folder["sky"]);
        Assert.Contains("A radius in metres needs positions on the earth", PileProgram.RunToError(2, "query", folder["sky"], "--cone",
            "10,20,500m"), StringComparison.Ordinal);
    }

    private IEnumerable<(string, string)> Pairs(string a, string b, params string[] options)
    {
        ProgramResult result = PileProgram.Run(["crossmatch", a.StartsWith('/') ? a : folder[a], b.StartsWith('/') ? b : folder[b],
            .. options, "--out", folder["pairs.csv"], "--replace"]);
        Assert.Equal((0, ""), (result.ExitCode, result.ExitCode == 0 ? "" : result.Error));
        return File.ReadLines(folder["pairs.csv"]).Skip(1).Select(line => line.Split(',')).Select(p => (p[0], p[1])).Order();
    }
}
