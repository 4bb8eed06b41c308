using System.Buffers.Binary;
using Pile.Format;

namespace Pile.Review.Tests.Conformance;

/// <summary>Rows with places on the earth: both sides of 180 degrees, near a pole, and where longitudes change their sign.</summary>
internal static class EarthRows
{
    private static readonly (double Lon, double Lat)[] Places =
        [(-180, 0), (179.75, -0.5), (-0.5, 51.5), (0.25, 51.5), (-67.5, -10.25), (20, 89.5)];

    /// <summary>The squares of MGRS of the places, by GeoConvert of GeographicLib.</summary>
    internal static string[] Squares { get; } = ["01NAA", "60MZE", "30UXC", "31UCT", "19LFJ", "ZAG"];

    /// <summary>The tiles of the places in a grid of 120° from 60° west and the equator: two of each three rows of one tile are apart in
    /// the index.</summary>
    internal static string[] Thirds { get; } = ["x-1_y0", "x1_y-1", "x0_y0", "x0_y0", "x-1_y-1", "x0_y0"];

    /// <param name="count">The number of rows.</param>
    /// <param name="tiles">The tile of each row; null for rows without tiles.</param>
    internal static RowBatch Batch(int count, string[]? tiles = null)
    {
        Modality earth = Modality.Get("catalogue", PositionFrame.Wgs84);
        byte[][] geometries = [.. Places.Take(count).Select(p => Square(p.Lon, p.Lat))];
        return new RowBatch(
        [
            TextColumnData.From(earth.Column("object_id", DType.String, []), [.. Enumerable.Range(0, count).Select(i => $"scene-{i}")]),
            new ColumnData<double>(earth.Column("lon", DType.Float64, []), Each(count, i => Places[i].Lon)),
            new ColumnData<double>(earth.Column("lat", DType.Float64, []), Each(count, i => Places[i].Lat)),
            new ColumnData<double>(earth.Column("mjd", DType.Float64, []), Each(count, i => 58_850.25 + i)),
            new ColumnData<double>(earth.Column("mjd_end", DType.Float64, []), Each(count, i => 58_850.5 + i)),
            TextColumnData.From(earth.Column("datetime", DType.String, []),
                [.. Enumerable.Range(0, count).Select(i => $"2020-01-0{i + 2}T06:00:00Z/2020-01-0{i + 2}T12:00:00Z")]),
            new ColumnData<double>(earth.Column("bbox", DType.Float64, [4]), Places.Take(count).SelectMany(p =>
                (double[])[West(p.Lon), p.Lat - 0.25, East(p.Lon), p.Lat + 0.25]).ToArray()),
            new ColumnData<byte>(earth.Column("geometry", DType.UInt8, [ColumnSchema.Ragged]),
                geometries.SelectMany(g => g).ToArray(), [.. geometries.Select(g => g.Length)]),
            new ColumnData<double>(earth.Column("footprint_radius", DType.Float64, []), Each(count, _ => 0.36)),
            TextColumnData.From(earth.Column("product", DType.String, []), [.. Enumerable.Range(0, count).Select(_ => "squares")]),
            new ColumnData<float>(new ColumnSchema { Name = "eo:cloud_cover", DType = DType.Float32, Unit = "%", Role = ColumnRole.Native },
                Enumerable.Range(0, count).Select(i => 12.5f * i).ToArray()),
            .. tiles is null ? (ReadOnlySpan<ColumnData>)[]
                : [TextColumnData.From(
                    Modality.Get("catalogue", PositionFrame.Wgs84, hasTiles: true).Column("tile", DType.String, []), tiles)],
        ]);
    }

    private static double[] Each(int count, Func<int, double> value) => [.. Enumerable.Range(0, count).Select(value)];

    private static double West(double lon) => lon - 0.25 < -180 ? lon + 359.75 : lon - 0.25;

    private static double East(double lon) => lon + 0.25 >= 180 ? lon - 359.75 : lon + 0.25;

    /// <summary>A square of half a degree as WKB; across 180 degrees, its two halves.</summary>
    private static byte[] Square(double lon, double lat)
    {
        if (lon > -180 + 0.25 && lon < 180 - 0.25)
            return Polygon(lon - 0.25, lon + 0.25, lat);
        double west = lon < 0 ? lon + 360 : lon;
        byte[] left = Polygon(west - 0.25, 180, lat);
        if (west + 0.25 <= 180)
            return left;
        byte[] head = new byte[9];
        head[0] = 1;
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(1), 6); // MultiPolygon
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(5), 2);
        return [.. head, .. left, .. Polygon(-180, west + 0.25 - 360, lat)];
    }

    private static byte[] Polygon(double west, double east, double lat)
    {
        byte[] wkb = new byte[13 + (10 * 8)];
        wkb[0] = 1;
        BinaryPrimitives.WriteInt32LittleEndian(wkb.AsSpan(1), 3); // Polygon
        BinaryPrimitives.WriteInt32LittleEndian(wkb.AsSpan(5), 1);
        BinaryPrimitives.WriteInt32LittleEndian(wkb.AsSpan(9), 5);
        double[] ring = [west, lat - 0.25, east, lat - 0.25, east, lat + 0.25, west, lat + 0.25, west, lat - 0.25];
        for (int i = 0; i < ring.Length; i++)
            BinaryPrimitives.WriteDoubleLittleEndian(wkb.AsSpan(13 + (8 * i)), ring[i]);
        return wkb;
    }
}
