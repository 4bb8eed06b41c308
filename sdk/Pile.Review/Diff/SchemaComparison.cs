using System.Collections.Immutable;
using System.Globalization;
using Pile.Format;

namespace Pile.Review;

/// <summary>Compares the columns and aliases of two manifests.</summary>
/// <remarks>A column of times or wavelengths has the time scale or medium of its dataset if it declares none, so that it does not matter
/// where that is declared.</remarks>
internal static class SchemaComparison
{
    private const string Column = "column", Alias = "alias", Added = "added", Removed = "removed", Changed = "changed";

    internal static ImmutableArray<SchemaDifference> Compare(Manifest a, Manifest b)
    {
        ImmutableArray<SchemaDifference>.Builder all = ImmutableArray.CreateBuilder<SchemaDifference>();
        Compare(Column, a.Columns, b.Columns, c => c.Name, TypeOf,
            (left, right) => Properties(ColumnMeaning.In(a, left), ColumnMeaning.In(b, right)), all);
        Compare(Alias, a.Aliases, b.Aliases, x => x.Name, SourceOf, Properties, all);
        return all.ToImmutable();
    }

    private static void Compare<T>(string kind, ImmutableArray<T> a, ImmutableArray<T> b, Func<T, string> name, Func<T, string> type,
        Func<T, T, ImmutableArray<PropertyDifference>> properties, ImmutableArray<SchemaDifference>.Builder all)
    {
        Dictionary<string, T> ofB = b.ToDictionary(name, StringComparer.Ordinal);
        foreach (T left in a)
            if (ofB.Remove(name(left), out T? right))
                all.AddRange(properties(left, right).Select(p => new SchemaDifference(kind, name(left), Changed, p.Property, p.A, p.B)));
            else
                all.Add(new SchemaDifference(kind, name(left), Removed, null, type(left), null));
        foreach (T right in b.Where(c => ofB.ContainsKey(name(c))))
            all.Add(new SchemaDifference(kind, name(right), Added, null, null, type(right)));
    }

    private static ImmutableArray<PropertyDifference> Properties(ColumnSchema a, ColumnSchema b) => new PropertyList()
        .Add("dtype", a.DType.Name(), b.DType.Name())
        .Add("shape", ShapeOf(a), ShapeOf(b))
        .Add("role", a.IsStandard ? "standard" : "native", b.IsStandard ? "standard" : "native")
        .Add("unit", a.Unit, b.Unit)
        .Add("ucd", a.Ucd, b.Ucd)
        .Add("description", a.Description, b.Description)
        .Add("nullable", a.Nullable ? "true" : "false", b.Nullable ? "true" : "false")
        .Add("mask", MaskOf(a), MaskOf(b))
        .Add("mask_bits", a.MaskBits, b.MaskBits)
        .Add("bands", BandsOf(a), BandsOf(b))
        .Add("categories", CategoriesOf(a), CategoriesOf(b))
        .Add("sentinels", SentinelsOf(a), SentinelsOf(b))
        .Add("encoding", a.Encoding, b.Encoding)
        .Add("time.scale", a.Time?.Scale, b.Time?.Scale)
        .Add("time.reference", a.Time?.Reference, b.Time?.Reference)
        .Add("time.zero_mjd", a.Time?.ZeroMjd, b.Time?.ZeroMjd)
        .Add("spectral_medium", a.SpectralMedium, b.SpectralMedium)
        .Add("nested", a.Nested, b.Nested).Differences;

    private static ImmutableArray<PropertyDifference> Properties(AliasSchema a, AliasSchema b) => new PropertyList()
        .Add("native", a.Native, b.Native)
        .Add("scale", a.Scale, b.Scale)
        .Add("expr", a.Expression, b.Expression)
        .Add("unit", a.Unit, b.Unit)
        .Add("ucd", a.Ucd, b.Ucd)
        .Add("description", a.Description, b.Description).Differences;

    private static string TypeOf(ColumnSchema column) => $"{column.DType.Name()}{(column.IsScalar ? "" : ShapeOf(column))}";

    private static string SourceOf(AliasSchema alias) => alias.Native is { } native
        ? alias.Scale == 1 ? native : string.Create(CultureInfo.InvariantCulture, $"{native} * {alias.Scale}") : alias.Expression ?? "";

    private static string ShapeOf(ColumnSchema column) =>
        $"[{string.Join(", ", column.Shape.Select(n => n == ColumnSchema.Ragged ? "ragged" : n.ToString(CultureInfo.InvariantCulture)))}]";

    private static string? MaskOf(ColumnSchema column) =>
        column.MaskPolarity is { } polarity ? ManifestWords.Of(ManifestWords.Masks, polarity) : null;

    private static string? BandsOf(ColumnSchema column) => column.Bands.IsEmpty ? null
        : string.Join("; ", column.Bands.Select(b => string.Create(CultureInfo.InvariantCulture,
            $"{b.Name}, unit {b.Unit}, wavelength {b.WavelengthAngstrom}, zero point {b.ZeroPointMag}, bits {b.MaskBits}")));

    private static string? CategoriesOf(ColumnSchema column) => column.Categories.IsEmpty ? null
        : string.Join(", ", column.Categories.Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Code}={c.Name}")));

    private static string? SentinelsOf(ColumnSchema column) => column.Sentinels.IsEmpty ? null
        : string.Join(", ", column.Sentinels.Select(s => s.ToString(CultureInfo.InvariantCulture)));
}
