using Pile.Format;

namespace Pile.Builders.Sources.Stac;

/// <summary>The columns that every chip has. One object for all batches: the writer compares them by reference.</summary>
internal static class ChipSchemas
{
    /// <summary>The modality of chips.</summary>
    internal static readonly Modality Chip = Modality.Get(Modality.OfChips, PositionFrame.Wgs84);

    internal static readonly ColumnSchema ObjectId = Text("object_id"), Lon = Number("lon"), Lat = Number("lat"), Mjd = Number("mjd"),
        MjdEnd = Number("mjd_end"), Datetime = Text("datetime"), Bbox = Chip.Column("bbox", DType.Float64, [4]),
        Geometry = Chip.Column("geometry", DType.UInt8, [ColumnSchema.Ragged]), FootprintRadius = Number("footprint_radius"),
        Product = Text("product"), Platform = Text("platform"), Crs = Text("crs"),
        Transform = Chip.Column("transform", DType.Float64, [6]), ChipX = Integer("chip_x"), ChipY = Integer("chip_y"),
        ChipSize = Integer("chip_size"), Item = Text("item"), Tile = Text("tile"), NodataFraction = Share("nodata_fraction"),
        CloudFraction = Share("cloud_fraction"), ClearFraction = Share("clear_fraction");

    /// <summary>The key of the tile by which chips are divided.</summary>
    internal static readonly ColumnSchema TileOfGrid =
        Modality.Get(Modality.OfChips, PositionFrame.Wgs84, hasTiles: true).Column(Partition.Tile, DType.String, []);

    private static ColumnSchema Text(string name) => Chip.Column(name, DType.String, []);

    private static ColumnSchema Number(string name) => Chip.Column(name, DType.Float64, []);

    private static ColumnSchema Integer(string name) => Chip.Column(name, DType.Int32, []);

    private static ColumnSchema Share(string name) => Chip.Column(name, DType.Float32, []);
}
