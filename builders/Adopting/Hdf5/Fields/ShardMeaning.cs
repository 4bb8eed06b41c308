using Pile.Format;
using Pile.Hdf5;

namespace Pile.Adopting;

/// <summary>The attributes with which Pile's shards and exports declare the meaning of times and wavelengths (SCHEMA.md, S4.7).</summary>
internal static class ShardMeaning
{
    /// <summary>Returns a column with what its attributes declare. Other texts in attributes of these names have another
    /// meaning, and are ignored.</summary>
    internal static SourceField Apply(IReadOnlyList<ForeignAttribute> attributes, SourceField field) =>
        field.Obstacle is not null || !(field.Type.DType.IsFloat() || field.Type.DType.IsInteger()) ? field : field with
        {
            Time = TimeOf(attributes),
            SpectralMedium = TextOf(attributes, "spectral_medium") is ("vacuum" or "air") and var medium ? medium : null,
        };

    private static TimeAxis? TimeOf(IReadOnlyList<ForeignAttribute> attributes) =>
        TextOf(attributes, "time_scale") is { } scale && TimeWords.IsScale(scale)
        && CfAttributes.NumberOf(attributes, "time_zero_mjd") is { } zero && double.IsFinite(zero)
            ? new(scale, TextOf(attributes, "time_reference") is { } place && TimeWords.IsReference(place) ? place : null, zero)
            : null;

    private static string? TextOf(IReadOnlyList<ForeignAttribute> attributes, string name) =>
        attributes.FirstOrDefault(attribute => attribute.Name == name) is { } found ? FieldReader.TextOf(found) : null;
}
