using System.CommandLine;
using Pile.Adopting;
using Pile.Cli.Terminal;
using Pile.Tables;

namespace Pile.Cli.Commands;

/// <summary>The options of <c>pile adopt</c> that say what the files contain.</summary>
internal static class AdoptOptions
{
    private static readonly Option<bool> Group = new("--group")
    {
        Description = "Of files and tar members: make one row of those with the same stem (a.jpg, a.json), a column for each ending."
    };
    private static readonly Option<string?> Table = new("--table")
    {
        Description = "Of files and tar members: a table whose rows add columns to them; positions in it are those of the files.",
        HelpName = "META"
    };
    private static readonly Option<string?> Key = new("--key")
    {
        Description = "With --table: its column with the paths of the files.",
        HelpName = "COL"
    };
    private static readonly Option<bool> NoPositions = new("--no-positions")
    {
        Description = "With --table: keep its positions as the plain columns native_ra and native_dec; the rows of the dataset have none."
    };
    private static readonly Option<bool> NoMediaTypes = new("--no-media-types")
    {
        Description = "Of files: do not read their first bytes, and leave out the column media_type."
    };
    private static readonly Option<string?> Modality = new("--modality")
    {
        Description = "Of HDF5: the modality; by default that of the standard columns, else catalogue.",
        HelpName = "M"
    };
    private static readonly Option<string?> Ra = new("--ra") { Description = "The column of right ascension.", HelpName = "COL" };
    private static readonly Option<string?> Dec = new("--dec") { Description = "The column of declination.", HelpName = "COL" };
    private static readonly Option<string?> RaUnit = new("--ra-unit")
    {
        Description = "The unit of right ascension: deg, hours, rad or sexagesimal.",
        HelpName = "UNIT"
    };
    private static readonly Option<string?> Id = new("--id") { Description = "Of HDF5: the column of ids.", HelpName = "COL" };
    private static readonly Option<string?> Medium = new("--medium")
    {
        Description = "Of HDF5 spectra: the medium of the wavelengths.",
        HelpName = "vacuum|air"
    };
    private static readonly Option<string?> TimeScale = new("--time-scale")
    {
        Description = "Of HDF5 light curves: the scale of the times, for example TDB.",
        HelpName = "SCALE"
    };

    /// <summary>What to do with a file that cannot be read.</summary>
    internal static Option<string> OnError { get; } = new("--on-error")
    {
        Description = "For an unreadable HDF5 file, or a row of one that is not valid: stop, or skip it (skipped.csv, exit code 3).",
        HelpName = "stop|skip",
        DefaultValueFactory = _ => "stop"
    };

    internal static IReadOnlyList<Option> All { get; } =
        [Table, Key, NoPositions, Group, NoMediaTypes, Modality, Ra, Dec, RaUnit, Id, Medium, TimeScale];

    static AdoptOptions()
    {
        Medium.Validators.Add(result => CommonOptions.Require(result, Medium.Name, text => text is "vacuum" or "air", "vacuum or air"));
        RaUnit.Validators.Add(result => CommonOptions.Require(result, RaUnit.Name, RaUnits.Words.ContainsKey,
            $"one of {string.Join(", ", RaUnits.Words.Keys)}"));
    }

    internal static Hdf5Options Hdf5Of(ParseResult parsed) => new()
    {
        SkipsBadFiles = parsed.GetValue(OnError) == "skip",
        Modality = parsed.GetValue(Modality),
        Positions = new PositionOptions
        {
            RaColumn = parsed.GetValue(Ra),
            DecColumn = parsed.GetValue(Dec),
            RaUnit = RaUnitOf(parsed),
            IdColumn = parsed.GetValue(Id),
        },
        SpectralMedium = parsed.GetValue(Medium),
        TimeScale = parsed.GetValue(TimeScale),
        Parallelism = CommonOptions.WorkersOf(parsed),
    };

    internal static FileArchiveOptions FilesOf(ParseResult parsed, IReadOnlySet<string> excluded) => new()
    {
        ReadsMediaTypes = !parsed.GetValue(NoMediaTypes),
        GroupsByStem = parsed.GetValue(Group),
        Excluded = excluded,
        Parallelism = CommonOptions.WorkersOf(parsed),
    };

    /// <summary>Returns the table whose rows add columns to files; null without one.</summary>
    internal static FileTableOptions? TableOf(ParseResult parsed) => parsed.GetValue(Table) is not { } table ? null : new()
    {
        Path = InputFile.Require(table, "The table"),
        Key = parsed.GetValue(Key)!,
        IgnoresPositions = parsed.GetValue(NoPositions),
        Positions = new PositionOptions
        {
            RaColumn = parsed.GetValue(Ra),
            DecColumn = parsed.GetValue(Dec),
            RaUnit = RaUnitOf(parsed),
        },
    };

    /// <summary>Rejects options that do not apply to a kind of files.</summary>
    internal static void Check(ParseResult parsed, ArchiveKind kind)
    {
        if (parsed.GetValue(Table) is null != parsed.GetValue(Key) is null)
            throw new UsageException($"{Table.Name} and {Key.Name} belong together: a table, and its column with the paths of the files.");
        Option[] others = kind == ArchiveKind.Hdf5 ? [Table, Key, NoPositions, Group, NoMediaTypes]
            : [Modality, Id, Medium, TimeScale, .. parsed.GetValue(Table) is null ? (Option[])[Ra, Dec, RaUnit, NoPositions] : []];
        foreach (Option option in others)
            if (parsed.GetResult(option) is { Implicit: false })
                throw new UsageException($"{option.Name} does not apply to "
                    + $"{(kind == ArchiveKind.Hdf5 ? "HDF5 files" : "files that are rows")}; see --help.");
    }

    private static RaUnit? RaUnitOf(ParseResult parsed) => parsed.GetValue(RaUnit) is { } word ? RaUnits.Words[word] : null;
}
