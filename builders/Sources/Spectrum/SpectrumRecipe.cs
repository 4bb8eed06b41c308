using System.Collections.Frozen;
using System.Collections.Immutable;
using Pile.Builders.Sources.SkyImages;
using Pile.Format.Yaml;
using Pile.Tables;

namespace Pile.Builders.Sources.Spectrum;

/// <summary>The recipe's source of <see cref="SpectrumBuilder"/>.</summary>
internal sealed record SpectrumRecipe
{
    /// <summary>The files, in the order of their names.</summary>
    internal required IReadOnlyList<string> Files { get; init; }

    /// <summary>Where the values are: one entry, or one for each arm.</summary>
    internal required ImmutableArray<ArmRecipe> Arms { get; init; }

    /// <summary>True if all lines of a file are orders of one object.</summary>
    internal bool HasOrders { get; init; }

    /// <summary>The rule for wavelengths that two arms or orders have.</summary>
    internal OverlapRule Overlap { get; init; }

    /// <summary>The unit to store the flux in; null for the unit of the file.</summary>
    internal string? Unit { get; init; }

    /// <summary>The unit of the file's flux, if the file does not declare it.</summary>
    internal string? FileUnit { get; init; }

    /// <summary>The HDU of a table with a row per spectrum; null for the table of the flux.</summary>
    internal string? Objects { get; init; }

    /// <summary>The id: a column, a keyword, or a text with names in braces; null for the file's name.</summary>
    internal string? Id { get; init; }

    /// <summary>Names and units of the position; a name is a column or a keyword.</summary>
    internal required PositionOptions Position { get; init; }

    /// <summary>The catalogue with the positions; null if the files have them.</summary>
    internal CatalogueRecipe? Catalogue { get; init; }

    /// <summary>The column or keyword of <c>mjd</c>.</summary>
    internal string? Mjd { get; init; }

    /// <summary>The column or keyword of <c>mjd_end</c>.</summary>
    internal string? MjdEnd { get; init; }

    /// <summary>The key of the first of them, for messages; null without times.</summary>
    internal YamlNode? TimeKey { get; private init; }

    /// <summary>The time scale; null without times, and for that of the files.</summary>
    internal string? TimeScale { get; init; }

    /// <summary>The reference position of the times.</summary>
    internal string? TimeReference { get; init; }

    /// <summary>Keywords of the headers that become native columns.</summary>
    internal ImmutableArray<string> Keywords { get; init; } = [];

    /// <summary>The names of native columns that are not kept.</summary>
    internal FrozenSet<string> Excluded { get; init; } = [];

    /// <summary>The columns of wavelengths, flux, noise and line-spread functions.</summary>
    internal FrozenSet<string> NumberColumns => Arms.SelectMany(arm => new[] { arm.Flux, arm.Wavelength, arm.Noise, arm.LsfValues })
        .Select(values => values?.Column).OfType<string>().ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Returns the files with arms, wavelengths, noise, masks and line-spread functions that belong to a file, and the
    /// catalogue.</summary>
    /// <param name="number">The number of the file.</param>
    internal IEnumerable<string> FilesBeside(int number) => Arms
        .SelectMany(arm => new[] { arm.Files, arm.Wavelength?.Files, arm.Noise?.Files, arm.Mask?.Files, arm.LsfValues?.Files })
        .OfType<IReadOnlyList<string>>().Select(files => files[number]).Distinct(StringComparer.Ordinal)
        .Where(file => file != Files[number]).Concat(Catalogue?.Files ?? []);

    internal static SpectrumRecipe Read(RecipeSource source)
    {
        YamlMap map = source.Map;
        map.RequireKeys("kind", "files", "hdu", "flux", "row", "plane", "wavelength", "ivar", "mask", "lsf", "arms", "orders", "overlap",
            "unit", "file_unit", "objects", "catalogue", "id", "ra", "dec", "ra_unit", "frame", "mjd", "mjd_end", "time_scale",
            "time_reference", "keywords", "exclude");
        IReadOnlyList<string> files = source.Files(map.Required("files"));
        YamlMap? catalogue = map.Find("catalogue")?.AsMap();
        if (catalogue is null)
            (_, _) = (map.Required("ra"), map.Required("dec"));
        bool hasOrders = map.Find("orders")?.AsScalar().AsBool() ?? false;
        ImmutableArray<ArmRecipe> arms = ReadArms(source, files);
        if (hasOrders && arms.Any(a => a.Flux.Row is not null))
            throw map.Required("orders").Invalid("all lines of a file are orders of one object, so that 'row' must not be set");
        return new()
        {
            Files = files,
            Arms = arms,
            HasOrders = hasOrders,
            Overlap = ReadOverlap(map, arms, hasOrders),
            Unit = map.TextOrNull("unit"),
            FileUnit = map.TextOrNull("file_unit"),
            Objects = map.TextOrNull("objects"),
            Id = map.TextOrNull("id"),
            Catalogue = catalogue is null ? null : CatalogueRecipe.ReadObjects(source, catalogue),
            Position = PositionKeys.Read(map),
            Mjd = map.TextOrNull("mjd"),
            MjdEnd = map.TextOrNull("mjd_end"),
            TimeKey = map.Find("mjd") ?? map.Find("mjd_end"),
            TimeScale = map.TextOrNull("time_scale"),
            TimeReference = map.TextOrNull("time_reference"),
            Excluded = map.Find("exclude") switch
            {
                null => [],
                YamlList list => list.Items.Select(i => i.AsScalar().Text).ToFrozenSet(StringComparer.Ordinal),
                { } name => [name.AsScalar().Text],
            },
            Keywords = [.. map.Find("keywords")?.AsList().Items.Select(k => k.AsScalar().Text) ?? []],
        };
    }

    private static ImmutableArray<ArmRecipe> ReadArms(RecipeSource source, IReadOnlyList<string> files)
    {
        if (source.Map.Find("arms")?.AsList() is not { } list)
            return [ArmRecipe.Read(source, source.Map, files)];
        if (list.Items.Length < 2)
            throw list.Invalid("expected at least two arms; a spectrum in one piece needs no 'arms'");
        List<ArmRecipe> arms = [];
        foreach (YamlMap map in list.Items.Select(i => i.AsMap()))
        {
            ArmRecipe arm = ArmRecipe.Read(source, map, source.Map, files);
            // Names begin columns, and SQL ignores the case of columns.
            if (arms.Exists(a => a.Name.Equals(arm.Name, StringComparison.OrdinalIgnoreCase)))
                throw map.Required("name").Invalid($"another arm has the name '{arm.Name}'");
            if (arms is [var first, ..] && first.Noise is null != arm.Noise is null)
                throw map.Invalid($"all arms or none must have 'ivar'; of '{first.Name}' and '{arm.Name}', one has");
            arms.Add(arm);
        }
        return [.. arms];
    }

    private static OverlapRule ReadOverlap(YamlMap map, ImmutableArray<ArmRecipe> arms, bool hasOrders)
    {
        if (map.Find("overlap")?.AsScalar() is not { } word)
            return OverlapRule.Undeclared;
        if (arms.Length == 1 && !hasOrders)
            throw word.Invalid("'overlap' needs 'arms' or 'orders'");
        OverlapRule rule = word.AsOneOf(OverlapRules.Words);
        return rule is OverlapRule.Ivar && arms[0].Noise is null
            ? throw word.Invalid("'overlap: ivar' averages with inverse variances, and needs 'ivar'") : rule;
    }
}
