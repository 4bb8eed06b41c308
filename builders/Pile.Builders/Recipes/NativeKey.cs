using System.Collections.Immutable;
using System.Globalization;
using Pile.Format;
using Pile.Format.Yaml;
using Pile.Writing;

namespace Pile.Builders;

/// <summary>Reads one entry of a recipe's key <c>native</c>: the declaration of a stored column.</summary>
internal static class NativeKey
{
    /// <exception cref="DocumentInvalidException">A key is unknown, or a code or sentinel is not a number; line and column are
    /// named.</exception>
    internal static NativeColumn Read(string name, YamlMap map)
    {
        map.RequireKeys("categories", "sentinels", "unit", "ucd", "description", "time", "spectral_medium");
        return new NativeColumn
        {
            Name = name,
            Categories = map.Find("categories") is { } categories ? ReadCategories(categories.AsMap()) : [],
            Sentinels = map.Find("sentinels") is { } sentinels ? [.. sentinels.AsList().Items.Select(s => SentinelOf(s.AsScalar()))] : [],
            Unit = map.TextOrNull("unit"),
            Ucd = map.TextOrNull("ucd"),
            Description = map.TextOrNull("description"),
            Time = map.Find("time") is { } time ? ReadTime(time.AsMap()) : null,
            SpectralMedium = map.Find("spectral_medium")?.AsScalar().AsOneOf(RecipeReader.MediumWords),
        };
    }

    // Sentinels are float64, and so is what is compared with them, except for integers.
    private static double SentinelOf(YamlScalar scalar)
    {
        double sentinel = scalar.AsDouble();
        return Int128.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out Int128 written)
            && written != Int128.CreateSaturating(sentinel)
            ? throw scalar.Invalid($"the sentinel {scalar.Text} is not a number of float64, which is {(Int128)sentinel}. Leave it out, and "
                + "remove the rows with 'filter', or read the column as text with 'cast'") : sentinel;
    }

    private static TimeAxis ReadTime(YamlMap map)
    {
        map.RequireKeys("scale", "reference", "zero_mjd");
        YamlScalar? zero = map.Find("zero_mjd")?.AsScalar();
        return zero is not null && !double.IsFinite(zero.AsDouble())
            ? throw zero.Invalid($"expected the MJD of time 0, found '{zero.Text}'")
            : new TimeAxis(map.Text("scale"), map.TextOrNull("reference"), zero?.AsDouble() ?? 0);
    }

    private static ImmutableArray<CategorySchema> ReadCategories(YamlMap map)
    {
        SortedDictionary<long, CategorySchema> byCode = [];
        Dictionary<string, long> byName = new(StringComparer.Ordinal);
        foreach ((YamlScalar key, YamlNode value) in map.Entries)
        {
            YamlScalar name = value.AsScalar();
            CategorySchema category = new(key.AsInt64(), name.IsNull ? throw name.Invalid($"the code {key.Text} needs a name") : name.Text);
            if (!byCode.TryAdd(category.Code, category))
                throw key.Invalid($"the code {category.Code} has two names");
            if (!byName.TryAdd(category.Name, category.Code))
                throw name.Invalid($"the codes {byName[category.Name]} and {category.Code} have the same name '{category.Name}'. Give each "
                    + "code a name of its own");
        }
        return byCode.Count > 0 ? [.. byCode.Values] : throw map.Invalid("expected codes and their names, such as { 0: star, 1: galaxy }");
    }
}
