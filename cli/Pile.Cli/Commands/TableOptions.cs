using System.CommandLine;
using System.Globalization;
using Pile.Builders;
using Pile.Cli.Terminal;
using Pile.Format;
using Pile.Reading;
using Pile.Sky;
using Pile.Storage;
using Pile.Tables;
using Schemes = Pile.Format.Partition;

namespace Pile.Cli.Commands;

/// <summary>The options of <c>pile build --from</c>, which take the place of a recipe.</summary>
internal static class TableOptions
{
    internal static Option<string> Out { get; } = new("--out") { Description = "The dataset's folder.", HelpName = "DIR", Required = true };

    internal static readonly Option<string[]> From = new("--from")
    {
        Description = "Build a catalogue from these tables, without a recipe; - for standard input. Or a dataset of the pictures of a "
            + "source, SOURCE[@N].",
        HelpName = "TABLE",
        AllowMultipleArgumentsPerToken = true,
    };
    private static readonly Option<string?> Name = new("--name")
    {
        Description = "With --from: the dataset's name (default: the folder's; with --append, that of OLD_DATASET).",
        HelpName = "N"
    };
    private static readonly Option<string?> Ra = new("--ra")
    {
        Description = "With --from: the column of right ascension.",
        HelpName = "COL"
    };
    private static readonly Option<string?> Dec = new("--dec")
    {
        Description = "With --from: the column of declination.",
        HelpName = "COL"
    };
    private static readonly Option<string?> Id = new("--id")
    {
        Description = "With --from: the column of ids; row for the row number.",
        HelpName = "COL|row"
    };
    private static readonly Option<string?> Exclude = new("--exclude")
    {
        Description = "With --from: columns that are not kept.",
        HelpName = "a,b"
    };
    private static readonly Option<string?> Only =
        new("--only") { Description = "With --from: the only columns that are kept, in addition to id and position.", HelpName = "a,b" };
    private static readonly Option<string[]> Cast =
        new("--cast")
        {
            Description = "With --from: convert a column to bool, int8 … uint64, float32, float64 or string.",
            HelpName = "col=type",
            AllowMultipleArgumentsPerToken = false
        };
    private static readonly Option<string[]> Rename =
        new("--rename")
        {
            Description = "With --from: give a column another name; all other options use the new name.",
            HelpName = "old=new",
            AllowMultipleArgumentsPerToken = false
        };
    private static readonly Option<string?> Partition = new("--partition")
    {
        Description = "With --from: 'hash' for tables without positions, whose rows are sorted by a hash of their id; 'healpix' is the "
            + "default.",
        HelpName = "hash",
    };
    private static readonly Option<string?> Filter = new("--filter")
    {
        Description = "With --from: keep the rows that meet an SQL condition, for example 'mag < 20'.",
        HelpName = "SQL"
    };
    private static readonly Option<string?> RaUnit = new("--ra-unit")
    {
        Description = "With --from: deg, hours, rad or sexagesimal.",
        HelpName = "UNIT"
    };
    private static readonly Option<string?> Frame =
        new("--frame")
        {
            Description =
            "With --from: the frame of the positions, if missing or wrong in the file: icrs, fk5, fk4, galactic, ecliptic, 'fk5 J1975'.",
            HelpName = "NAME"
        };
    private static readonly Option<string?> Survey = new("--survey") { Description = "With --from: the survey.", HelpName = "S" };
    private static readonly Option<string?> Release = new("--release") { Description = "With --from: the release.", HelpName = "R" };
    private static readonly Option<string?> Licence = new("--licence")
    {
        Description = "With --from: the licence, for example CC-BY-4.0.",
        HelpName = "L"
    };
    private static readonly Option<string?> Citation = new("--citation") { Description = "With --from: what to cite.", HelpName = "C" };
    private static readonly Option<string?> WriteRecipe = new("--write-recipe")
    {
        Description = "With --from: also write the recipe that does the same.",
        HelpName = "FILE"
    };

    internal static readonly Option<string?> Format = new("--format")
    {
        Description = $"With --from -: {StandardInputTable.FormatHelp}",
        HelpName = "F"
    };

    private static readonly Option<string?> Chips = new("--chips")
    {
        Description = "With --from: the files are STAC items or EO3 documents, or a dataset of scenes; divide the scenes into chips of "
            + "this many pixels.",
        HelpName = "SIZE,…",
    };
    private static readonly Option<bool> Scenes = new("--scenes")
    {
        Description = "With --from: the files are STAC items or EO3 documents; one row for each."
    };
    private static readonly Option<string?> Sensor = new("--sensor")
    {
        Description = "With --chips and --scenes: what is known of the bands where documents are silent, for example sentinel-2-l2a.",
        HelpName = "NAME",
    };

    private const int LargestChipPixels = 16_384; // as of recipes

    /// <summary>All options but <see cref="From"/>.</summary>
    internal static IReadOnlyList<Option> Others { get; } = [Name, Ra, Dec, Id, RaUnit, Frame, Partition, Rename, Exclude, Only, Cast,
        Filter, Survey, Release, Licence, Citation, WriteRecipe, Format,
        Chips, Scenes, Sensor];

    static TableOptions()
    {
        RaUnit.Validators.Add(result => CommonOptions.Require(result, "--ra-unit", RaUnits.Words.ContainsKey,
            $"one of {string.Join(", ", RaUnits.Words.Keys)}"));
        Partition.Validators.Add(result => CommonOptions.Require(result, "--partition",
            text => text is Schemes.Healpix or Schemes.Hash, $"{Schemes.Healpix} or {Schemes.Hash}"));
        Frame.Validators.Add(result => CommonOptions.Require(result, "--frame", text => SkyFrame.TryParse(text, out _),
            $"one of {SkyFrame.Words}"));
    }

    internal static string? FilterOf(ParseResult parsed) => parsed.GetValue(Filter);

    /// <summary>Returns the partition that the user states; null if none is.</summary>
    internal static string? PartitionOf(ParseResult parsed) => parsed.GetValue(Partition);

    internal static string NameOf(ParseResult parsed, string output) => parsed.GetValue(Name) ?? NameFrom(output);

    /// <summary>Returns what the user says of the origin and licence of files.</summary>
    internal static Provenance ProvenanceOf(ParseResult parsed) => new()
    {
        Project = parsed.GetValue(Survey) ?? TableRecipe.NotStated,
        Survey = parsed.GetValue(Survey) ?? TableRecipe.NotStated,
        Instrument = TableRecipe.NotStated,
        Release = parsed.GetValue(Release) ?? TableRecipe.NotStated,
        Licence = parsed.GetValue(Licence) ?? TableRecipe.NotStated,
        Citation = parsed.GetValue(Citation) ?? TableRecipe.NotStated,
        Builder = "",
        BuilderVersion = "",
    };

    internal static bool IsGiven(ParseResult parsed) => parsed.GetValue(From) is { Length: > 0 };

    /// <summary>Returns the dataset of scenes that is divided into chips: a folder or an address; null for other sources.</summary>
    internal static string? SceneDatasetOf(ParseResult parsed) => parsed.GetValue(Chips) is not null
        && parsed.GetValue(From) is [var only] && (FileStore.IsRemote(only) || DatasetCollection.IsAddress(only)
            || File.Exists(Path.Combine(only, DatasetPaths.Manifest))) ? only : null;

    /// <summary>Rejects options that need <c>--from</c> if it is not given.</summary>
    internal static void Check(ParseResult parsed)
    {
        foreach (Option option in Others)
            if (!IsGiven(parsed) && parsed.GetResult(option) is { Implicit: false }) // a flag has a default
                throw new UsageException($"{option.Name} requires --from TABLE. In a recipe it is a key.");
        if (parsed.GetValue(WriteRecipe) is not null && parsed.GetValue(From)!.Contains(StandardInputTable.Dash))
            throw new UsageException("--write-recipe requires tables in files: a recipe cannot read standard input.");
    }

    /// <summary>Returns the recipe for the tables, and the text of the file in which the user wants to have it.</summary>
    /// <param name="parsed">The options.</param>
    /// <param name="output">The dataset's folder, whose name is that of the dataset unless the user names it.</param>
    /// <param name="input">The copy of standard input; null if the tables are files.</param>
    /// <param name="settings">Values of the recipe that other options set.</param>
    /// <param name="continued">The dataset that is continued, whose name, version, description, provenance, aliases and partition are kept
    /// unless the user states others; null for none.</param>
    internal static (Recipe Recipe, string? Text) ReadRecipe(ParseResult parsed, string output, StandardInputTable? input,
        IReadOnlyDictionary<string, string> settings, EarlierDataset? continued = null)
    {
        if (parsed.GetValue(Scenes) && parsed.GetValue(Chips) is not null)
            throw new UsageException($"{Scenes.Name} and {Chips.Name} are both given. Use only one of them.");
        if (parsed.GetValue(Sensor) is not null && !parsed.GetValue(Scenes) && parsed.GetValue(Chips) is null)
            throw new UsageException($"{Sensor.Name} requires {Chips.Name} or {Scenes.Name}.");
        bool isOfDocuments = parsed.GetValue(Scenes) || parsed.GetValue(Chips) is not null;
        Manifest? earlier = continued?.Manifest;
        string? scenes = SceneDatasetOf(parsed);
        string[] tables = input is not null ? [input.Path] : scenes is not null ? []
            : [.. parsed.GetValue(From)!.SelectMany(table => Expand(table, isOfDocuments)).Select(Path.GetFullPath).Distinct()];
        if (input is null && !isOfDocuments)
            Array.ForEach(tables, SourceHint.RequireTable);
        TableRecipe recipe = new()
        {
            Ra = parsed.GetValue(Ra),
            Dec = parsed.GetValue(Dec),
            Id = parsed.GetValue(Id),
            RaUnit = parsed.GetValue(RaUnit),
            Frame = parsed.GetValue(Frame),
            Partition = PartitionOf(parsed) ?? (isOfDocuments ? null : continued?.Partition),
            Renames = [.. (parsed.GetValue(Rename) ?? []).Select(RenameOf)],
            Exclude = parsed.GetValue(Exclude) is { } excluded ? NameList.Split(excluded, Exclude.Name) : [],
            Only = parsed.GetValue(Only) is { } kept ? NameList.Split(kept, Only.Name) : [],
            Casts = [.. (parsed.GetValue(Cast) ?? []).SelectMany(CastsOf).Select(CastOf)],
            Filter = parsed.GetValue(Filter),
            Version = earlier?.Version is "1" ? null : earlier?.Version,
            Description = earlier?.Description,
            Aliases = earlier?.Aliases ?? [],
            Project = parsed.GetValue(Survey) ?? earlier?.Provenance.Project,
            Survey = parsed.GetValue(Survey) ?? earlier?.Provenance.Survey,
            Instrument = earlier?.Provenance.Instrument,
            Release = parsed.GetValue(Release) ?? earlier?.Provenance.Release,
            Licence = parsed.GetValue(Licence) ?? earlier?.Provenance.Licence,
            Citation = parsed.GetValue(Citation) ?? earlier?.Provenance.Citation,
            IsOfScenes = parsed.GetValue(Scenes),
            ChipSizes = parsed.GetValue(Chips) is { } sizes ? [.. NameList.Split(sizes, Chips.Name).Select(RequireChipSize)] : [],
            Sensor = parsed.GetValue(Sensor),
        };
        recipe.RequireNoTableKeys();
        string name = parsed.GetValue(Name) ?? earlier?.Name ?? NameFrom(output);
        // The files have the names in the dataset that the recipe gives them, so that it makes the same bytes.
        string root = parsed.GetValue(WriteRecipe) is { } written ? Path.GetDirectoryName(Path.GetFullPath(written))!
            : scenes is not null ? (FileStore.IsRemote(scenes) ? Directory.GetCurrentDirectory()
                : Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(scenes)))!)
            : tables.Select(table => Path.GetDirectoryName(table)!).Aggregate(CommonFolder);
        string[] paths = [.. tables.Select(table => Path.GetRelativePath(root, table))];
        Recipe read = RecipeReader.Read(In(root).For(paths, name), "--from", root, settings);
        string? text = null;
        if (parsed.GetValue(WriteRecipe) is { } file)
        {
            if (settings.Keys.FirstOrDefault(key => !key.StartsWith(TableRecipe.OptionPrefix, StringComparison.Ordinal)) is { } other)
                throw new UsageException($"--write-recipe does not write --set {other}: only keys of options. Edit the recipe instead.");
            text = In(root).For(paths, name, settings);
            if (!Directory.Exists(root))
                throw new UsageException($"--write-recipe {file}: the folder does not exist.");
            if (Path.Exists(file) && !HasText(file, text))
                throw new UsageException($"--write-recipe {file}: it exists already, with another content. Choose another name, or delete "
                    + "it.");
        }
        return (read, text);

        TableRecipe In(string folder) => scenes is null || FileStore.IsRemote(scenes) ? recipe with { SceneDataset = scenes }
            : recipe with { SceneDataset = Path.GetRelativePath(folder, Path.GetFullPath(scenes)) };
    }

    private static string RequireChipSize(string size) =>
        int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out int pixels) && pixels is >= 1 and <= LargestChipPixels
            ? size : throw new UsageException($"{Chips.Name} {size}: expected sizes from 1 to {LargestChipPixels} pixels, for example "
                + $"{Chips.Name} 256.");

    // The shell expands most globs; those in quotes, and those that match nothing, arrive here.
    private static string[] Expand(string table, bool isOfDocuments)
    {
        if (Directory.Exists(table))
            throw new UsageException($"--from {table}: this is a folder, expected " + (isOfDocuments
                ? $"documents: --from '{Path.Combine(table, "*.json")}'. With {Chips.Name}, one dataset of scenes can be divided too."
                : "a table: a .csv, .ecsv, .jsonl, .parquet, .fits or "
                    + $".vot file. For all files of one kind: --from '{Path.Combine(table, "*.csv")}'."));
        if (File.Exists(table) || FileStore.IsRemote(table) || !table.AsSpan().ContainsAny('*', '?'))
            return [InputFile.Require(table, "The table")];
        string full = Path.GetFullPath(table);
        string[] found = [.. RecipeSource.Expand(full).Distinct().Order(StringComparer.Ordinal)];
        return found.Length > 0 ? found : throw new UsageException($"--from: {RecipeSource.WhyNoFile(table, full)}.");
    }

    private static string CommonFolder(string a, string b)
    {
        while (!(b + Path.DirectorySeparatorChar).StartsWith(Path.TrimEndingDirectorySeparator(a) + Path.DirectorySeparatorChar,
            StringComparison.Ordinal))
            a = Path.GetDirectoryName(a)!;
        return a;
    }

    /// <summary>Writes the recipe, after it was found to be right.</summary>
    internal static void Write(ParseResult parsed, string text)
    {
        string file = parsed.GetRequiredValue(WriteRecipe)!;
        try
        {
            File.WriteAllText(file, text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--write-recipe {file}: it cannot be written: {e.Message}");
        }
    }

    // The same recipe may exist already: a build that was interrupted or failed is run again by the same command.
    private static bool HasText(string file, string text)
    {
        try
        {
            return File.Exists(file) && File.ReadAllText(file) == text;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--write-recipe {file}: it cannot be read: {e.Message}");
        }
    }

    // A list, as --only and --exclude take it, if each part is a cast by itself.
    private static string[] CastsOf(string casts) =>
        casts.Split(',', StringSplitOptions.TrimEntries) is { Length: > 1 } parts
            && Array.TrueForAll(parts, part => TryCast(part) is not null) ? parts : [casts];

    private static (string Column, string Type)? TryCast(string cast) =>
        cast.LastIndexOf('=') is > 0 and var sign && DTypes.TryParse(cast[(sign + 1)..], out DType type) ? (cast[..sign], type.Name())
        : null;

    private static (string Column, string Type) CastOf(string cast) => TryCast(cast)
        ?? throw new UsageException($"--cast {cast}: expected a column and a type, for example --cast is_star=bool. The types are "
            + $"{string.Join(", ", Enum.GetValues<DType>().Select(t => t.Name()))}.");

    private static (string Old, string New) RenameOf(string rename) => rename.IndexOf('=') is > 0 and var sign && sign < rename.Length - 1
        ? (rename[..sign], rename[(sign + 1)..])
        : throw new UsageException($"--rename {rename}: expected two names, for example --rename e_Vmag=mag_v_err.");

    /// <summary>Returns the name of a dataset after that of its folder.</summary>
    internal static string NameFrom(string output)
    {
        char[] name = [.. Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(output)))
            .Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-')];
        return name.Length > 0 && name[0] != '.' ? new string(name) : "dataset";
    }
}
