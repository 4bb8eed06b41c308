using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using Pile.Format;
using Pile.Hdf5;

namespace Pile.Adopting;

/// <summary>The attributes of netCDF files that change what a number means.</summary>
/// <remarks>Source: "NetCDF Climate and Forecast (CF) Metadata Conventions 1.11", 2.5.1 (missing data) and 8.1 (packed data). Values remain
/// as they are stored, because those in the files cannot be converted.</remarks>
internal static class CfAttributes
{
    private const string NoVariable = "This is a netCDF dimension but not a netCDF variable";
    private static readonly string[] Missing = ["_FillValue", "missing_value"];

    /// <summary>Returns true for a dataset that netCDF writes for a dimension without a variable.</summary>
    internal static bool IsDimension(ForeignDataset dataset) =>
        dataset.Type is { Kind: ForeignTypeKind.Float, Bytes: 4, IsBigEndian: true } // then the attributes of few datasets are read
        && dataset.Attributes.Any(attribute => attribute.Name is "NAME" && FieldReader.TextOf(attribute)?.StartsWith(NoVariable,
            StringComparison.Ordinal) is true);

    /// <summary>Returns a column with what its attributes say. The unit of packed numbers is that of the physical values, so that the
    /// stored ones have none.</summary>
    internal static SourceField Apply(IReadOnlyList<ForeignAttribute> attributes, SourceField field)
    {
        if (field.Obstacle is not null || field.Type.DType is DType.String or DType.Bool)
            return field;
        double scale = NumberOf(attributes, "scale_factor") ?? 1, offset = NumberOf(attributes, "add_offset") ?? 0;
        ImmutableArray<double> sentinels = [.. Missing.Select(name => NumberOf(attributes, name)).OfType<double>().Where(double.IsFinite)
            .Distinct().Order()];
        return scale is 1 && offset is 0 ? field with { Sentinels = sentinels } : field with
        {
            Sentinels = sentinels,
            Unit = null,
            Packing = string.Create(CultureInfo.InvariantCulture, $"{scale:R} · number")
                + (offset is 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" {(offset < 0 ? '−' : '+')} {Math.Abs(offset):R}"))
                + (field.Unit is null ? "" : $", in {field.Unit}"),
        };
    }

    /// <summary>Returns the number of an attribute; null if it has none, or one that float64 does not represent.</summary>
    internal static double? NumberOf(IReadOnlyList<ForeignAttribute> attributes, string name)
    {
        if (attributes.FirstOrDefault(attribute => attribute.Name == name) is not { IsNull: false } found
            || found.Shape.Any(length => length is not 1)
            || FieldType.Of(found.Type) is not { Kind: FieldKind.Number, Obstacle: null, Axes.IsEmpty: true, DType: not DType.Bool } type)
            return null;
        Span<byte> number = stackalloc byte[sizeof(double)];
        ElementConversion.Convert(type with { Element = NativeElements.Of(type.Element) }, DType.Float64, found.Read(), number);
        double value = BinaryPrimitives.ReadDoubleLittleEndian(number);
        return type.DType.IsInteger() && Math.Abs(value) > 1L << 53 ? null : value;
    }
}
