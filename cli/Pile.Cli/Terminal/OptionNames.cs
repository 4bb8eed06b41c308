using System.CommandLine;
using System.Text.RegularExpressions;
using Pile.Adopting;
using Pile.Builders;
using Pile.Cli.Commands;
using Pile.CrossMatch;
using Pile.Publishing;
using Pile.Reading;
using Pile.Review;
using Pile.Stac;
using Pile.Storage;
using Pile.Streaming;
using Pile.Tables;
using Pile.Writing;

namespace Pile.Cli.Terminal;

/// <summary>Replaces the names of .NET properties in messages with the options of a command line, or with the keys of its
/// recipe.</summary>
internal sealed partial class OptionNames
{
    // A name that begins with another name comes first.
    private static readonly (string Property, string Option)[] OfAnyVerb =
    [
        (OfMatch(nameof(CrossMatchOptions.MinRadiusArcsec)), "--min-radius"),
        (OfMatch(nameof(CrossMatchOptions.RadiusArcsec)), "--radius"),
        (OfMatch(nameof(CrossMatchOptions.MinRadiusM)), "--min-radius"),
        (OfMatch(nameof(CrossMatchOptions.RadiusM)), "--radius"),
        (OfMatch(nameof(CrossMatchOptions.Neighbours)), "--find"),
        (OfMatch(nameof(CrossMatchOptions.Find)), "--find"),
        (OfMatch(nameof(CrossMatchOptions.Sigma)), "--sigma"),
        (OfMatch(nameof(CrossMatchOptions.ErrorColumnA)), "--radius-column-a"),
        (OfMatch(nameof(CrossMatchOptions.ErrorColumnB)), "--radius-column-b"),
        (OfMatch(nameof(CrossMatchOptions.ErrorArcsecA)), "--radius-column-a"),
        (OfMatch(nameof(CrossMatchOptions.ErrorArcsecB)), "--radius-column-b"),
        (OfMatch(nameof(CrossMatchOptions.ErrorFloorArcsecA)), "--error-floor-a"),
        (OfMatch(nameof(CrossMatchOptions.ErrorFloorArcsecB)), "--error-floor-b"),
        (OfMatch(nameof(CrossMatchOptions.ErrorsA)), "--errors-a"),
        (OfMatch(nameof(CrossMatchOptions.ErrorsB)), "--errors-b"),
        (OfMatch(nameof(CrossMatchOptions.TimeWindowDays)), "--time-window"),
        (OfMatch(nameof(CrossMatchOptions.TimeColumnsA)), "--a-time"),
        (OfMatch(nameof(CrossMatchOptions.TimeColumnsB)), "--b-time"),
        (OfMatch(nameof(CrossMatchOptions.TimeScaleA)), "--a-time-scale"),
        (OfMatch(nameof(CrossMatchOptions.TimeScaleB)), "--b-time-scale"),
        (OfMatch(nameof(CrossMatchOptions.TimeReferenceA)), "--a-time-reference"),
        (OfMatch(nameof(CrossMatchOptions.TimeReferenceB)), "--b-time-reference"),
        ("CrossMatcher.RunTaskAsync", "--task I/N"),
        (OfMatch(nameof(CrossMatchOptions.GroupColumnB)), "--group"),
        (OfMatch(nameof(CrossMatchOptions.GroupColumn)), "--group"),
        (OfMatch(nameof(CrossMatchOptions.EpochYearA)), "--a-epoch"),
        (OfMatch(nameof(CrossMatchOptions.EpochYearB)), "--b-epoch"),
        (OfMatch(nameof(CrossMatchOptions.EpochYear)), "--epoch"),
        (OfMatch(nameof(CrossMatchOptions.PositionAngle)), "position_angle"),
        (OfMatch(nameof(CrossMatchOptions.InFootprint)), "--inside"),
        (OfMatch(nameof(CrossMatchOptions.FootprintsOverlap)), "--overlap"),
        (OfMatch(nameof(CrossMatchOptions.Nest)), "--nest"),
        (OfMatch(nameof(CrossMatchOptions.MagnitudePriorFile)), "--magnitude-prior-file"),
        (OfMatch(nameof(CrossMatchOptions.MagnitudeColumn)), "--magnitude-prior"),
        (OfMatch(nameof(CrossMatchOptions.PriorCompleteness)), "--prior-completeness"),
        (OfMatch(nameof(CrossMatchOptions.Prior)), "--prior"),
        (OfMatch(nameof(CrossMatchOptions.WithProbability)), "--probability"),
        (OfMatch(nameof(CrossMatchOptions.WithCertificate)), "--certificate"),
        ($"set {nameof(CrossMatchOptions)}.{nameof(CrossMatchOptions.AllowMissingPairs)} to", "use --allow-missing to"),
        (OfMatch(nameof(CrossMatchOptions.Pairs)), "--pairs"),
        (OfMatch(nameof(CrossMatchOptions.ColumnsOfFurther)), "--columns"),
        (OfMatch(nameof(CrossMatchOptions.LongLayout)), "--layout long"),
        (OfMatch(nameof(CrossMatchOptions.Where)), "--where"),
        (OfMatch(nameof(CrossMatchOptions.Join)), "--join"),
        (OfMatch(nameof(CrossMatchOptions.MemoryBytes)), "--memory"),
        (OfMatch(nameof(CrossMatchOptions.Errors)), "the error model"),
        ($"{nameof(DatasetOptions)}.{nameof(DatasetOptions.QueryMemoryBytes)}", "--memory"),
        ($"{nameof(ValidationOptions)}.{nameof(ValidationOptions.MemoryBytes)}", "--memory"),
        ($"{nameof(DatasetOptions)}.{nameof(DatasetOptions.IdColumn)}", "--id"),
        ($"set {nameof(DatasetOptions)}.{nameof(DatasetOptions.IgnoreIndex)} to", "use --no-index to"),
        ($"Do not set {nameof(DatasetOptions)}.{nameof(DatasetOptions.IgnoreIndex)}", "Leave --no-index out"),
        ($"{nameof(DatasetOptions)}.{nameof(DatasetOptions.IgnoreIndex)}", "--no-index"),
        ($"{nameof(LoaderOptions)}.{nameof(LoaderOptions.PrefetchBytes)}", "--memory"),
        ($"{nameof(StoreOptions)}.{nameof(StoreOptions.CacheBytes)} or", "--cache-limit of 'pile stream' or"),
        ($", or increase {nameof(SceneReadOptions)}.{nameof(SceneReadOptions.MaxItemBytes)}", ""),
        ($"Increase {nameof(SceneReadOptions)}.{nameof(SceneReadOptions.MaxItemBytes)}", "Leave the document out"),
        ($"({nameof(SceneReadOptions)}.{nameof(SceneReadOptions.Mounts)})", "('assets.mount' in the recipe's source)"),
        ("use LayerWriter.LastWins", "use --last-wins"),
        ("save it with follow: true", "add --follow"),
        ("LayerWriter.AllowMissing", "--allow-missing"),
        ($"{nameof(DatasetOptions)}.{nameof(DatasetOptions.Mounts)}", "--mount URI[=PLACE]"),
        ($"{nameof(ValidationOptions)}.{nameof(ValidationOptions.Mounts)}", "--mount URI[=PLACE]"),
        ($"{nameof(MergeOptions)}.{nameof(MergeOptions.HasIdsOfFolders)}", "--id-from folder"),
        ($"Set {nameof(CopyOptions)}.{nameof(CopyOptions.Materialize)}", "Use --materialize"),
        ($"Set {nameof(FileTableOptions)}.{nameof(FileTableOptions.Key)} to", "Set --key to"),
        ($"set {nameof(FileTableOptions)}.{nameof(FileTableOptions.Key)} to", "set --key to"),
        ($"Correct {nameof(FileTableOptions)}.{nameof(FileTableOptions.Positions)}", "Correct --ra and --dec"),
        ($"set {nameof(FileTableOptions)}.{nameof(FileTableOptions.IgnoresPositions)}", "use --no-positions"),
        ($"set {nameof(Hdf5Options)}.{nameof(Hdf5Options.TimeScale)} to", "use --time-scale with"),
        ($"Set {nameof(Hdf5Options)}.{nameof(Hdf5Options.TimeScale)} to null", "Leave --time-scale out"),
        ($"{nameof(Hdf5Options)}.{nameof(Hdf5Options.TimeScale)} is", "--time-scale is"),
        ($"{nameof(Hdf5Options)}.{nameof(Hdf5Options.SpectralMedium)} is", "--medium is"),
        ($"Set {nameof(Hdf5Options)}.{nameof(Hdf5Options.Modality)} if", "Use --modality if"),
        ($"Set {nameof(Hdf5Options)}.{nameof(Hdf5Options.SpectralMedium)} to null", "Leave --medium out"),
        ($"Set {nameof(Hdf5Options)}.{nameof(Hdf5Options.SpectralMedium)} if", "Use --medium if"),
        ($"Set {nameof(Hdf5Options)}.{nameof(Hdf5Options.Modality)} to another one, or to null",
            "Use another --modality, or leave it out"),
        ($"{nameof(Hdf5Options)}.{nameof(Hdf5Options.Positions)}", "--ra, --dec and --id"),
        ($"replace it ({nameof(DownloadRequest)}.{nameof(DownloadRequest.Replace)})", "replace it with --replace"),
        ($"{nameof(WriterSettings)}.{nameof(WriterSettings.Resume)}", "--resume"),
        ($"{nameof(WriterSettings)}.{nameof(WriterSettings.MemoryBytes)}", "--memory"),
        ($"{nameof(CopyOptions)}.{nameof(CopyOptions.Resume)}", "--resume"),
        ($"{nameof(CopyOptions)}.{nameof(CopyOptions.Layers)}", "--layer"),
        ($"{nameof(CopyOptions)}.{nameof(CopyOptions.Where)} must not be empty. Set it to null to",
            "--where must not be empty. Leave it out to"),
        ($"{nameof(CopyOptions)}.{nameof(CopyOptions.Where)}", "--where"),
        ($"set {nameof(ExportOptions)}.{nameof(ExportOptions.Replace)}", "use --replace"),
        ($"set {nameof(ExportOptions)}.{nameof(ExportOptions.Layout)} to", "use --layout"),
        ($"{nameof(ExportOptions)}.{nameof(ExportOptions.Layout)}", "--layout"),
        ($"{nameof(ExportOptions)}.{nameof(ExportOptions.Column)}", "--columns"),
        ($"set {nameof(ExportOptions)}.{nameof(ExportOptions.Url)} and {nameof(ExportOptions)}.{nameof(ExportOptions.Published)}",
            "use --url and --published"),
        ($"{nameof(RowFileOptions)}.{nameof(RowFileOptions.Rgb)}", "--rgb"),
        ($"set {nameof(RowFileOptions)}.{nameof(RowFileOptions.Replace)}", "use --replace"),
        ($"{nameof(MatchFind)}.{nameof(MatchFind.Groups)}", "--find groups"),
        ($"{nameof(ErrorModel)}.{nameof(ErrorModel.Sum)}", "--error-sum"),
        ($"{nameof(ErrorModel)}.{nameof(ErrorModel.Sigma)}", "--sigma"),
        ($"bad rows ({nameof(BuildSettings)}.{nameof(BuildSettings.SkipsBadRows)})", "such rows with --on-error skip"),
        ($"`{nameof(DatasetSpec.Bits)}`", "'options.bits'"),
        ("Open its rows to read it", "'pile read' writes it to files"),
        ("Write all rows to one file instead", "Write all rows to one file with --one-file"),
        ($"bad rows ({nameof(Hdf5Options)}.{nameof(Hdf5Options.SkipsBadFiles)})", "such rows with --on-error skip"),
    ];

    // The keys of a recipe's source; the options of a table have the same names.
    private static readonly (string Text, string Key)[] OfTables =
    [
        (OfUnit(nameof(RaUnit.Hours)), "ra_unit: hours"),
        (OfUnit(nameof(RaUnit.Degrees)), "ra_unit: deg"),
        (OfTable(nameof(PositionOptions.RaUnit)), "ra_unit"),
        (OfTable(nameof(PositionOptions.RaColumn)), "ra"),
        (OfTable(nameof(PositionOptions.DecColumn)), "dec"),
        (OfTable(nameof(PositionOptions.IdColumn)), "id"),
        (OfTable(nameof(PositionOptions.Frame)), "frame"),
        ("'partition: hash'", "partition: hash"),
    ];

    private readonly bool hasRecipe;
    private readonly (string Path, char Letter)[] sides;
    private readonly bool ofDatasets;

    /// <param name="parsed">The command line; null if it is unknown.</param>
    internal OptionNames(ParseResult? parsed)
    {
        string? verb = parsed?.CommandResult.Command.Name;
        hasRecipe = verb == "build" && !TableOptions.IsGiven(parsed!);
        // The sides of a match have options of their own.
        // An argument may be missing, as with --help. A search by name fails if several threads make it at the same time.
        sides = verb != "crossmatch" ? []
            : [.. parsed!.CommandResult.Command.Arguments.Select(a => parsed.GetResult(a) is { Tokens: [var path, ..] } ? path.Value : null)
                .Concat(CrossMatchMany.PathsOf(parsed))
                .OfType<string>().Select((path, i) => (path, (char)('a' + i)))];
        ofDatasets = verb is "concat" or "merge";
    }

    /// <summary>Replaces the names in a message.</summary>
    internal string In(string message)
    {
        foreach ((string property, string option) in OfAnyVerb)
            message = message.Replace(property, option, StringComparison.Ordinal);
        string prefix = PrefixIn(message);
        foreach ((string text, string key) in OfTables)
        {
            string named = hasRecipe ? $"'{key}' in the recipe's source" : OptionOf(key, prefix);
            // Not twice: the reasons of tasks are translated already.
            if (!named.Contains(text, StringComparison.Ordinal) || !message.Contains(named, StringComparison.Ordinal))
                message = message.Replace(text, named, StringComparison.Ordinal);
        }
        // Datasets are changed where they are built.
        return hasRecipe ? message
            : ofDatasets ? message.Replace("in the recipe's source", "in the recipe of one of them, and build it again",
                StringComparison.Ordinal)
            : RecipeKeys().Replace(message,
                keys => RecipeKey().Replace(keys.Groups["keys"].Value, key => OptionOf(key.Groups["key"].Value)));
    }

    // A message about a side names its table. A path may be part of a longer one.
    private string PrefixIn(string message)
    {
        if (sides.Length == 0)
            return "--";
        IEnumerable<(string Path, char Letter)> named = sides.Where(side => Names(message, side.Path));
        return $"--{named.OrderByDescending(side => side.Path.Length).Append(sides[0]).First().Letter}-";
    }

    // A short name, such as that of a folder, may be part of a word.
    private static bool Names(string message, string path)
    {
        for (int at = -1; path.Length > 0 && (at = message.IndexOf(path, at + 1, StringComparison.Ordinal)) >= 0;)
        {
            ReadOnlySpan<char> before = message.AsSpan(0, at), after = message.AsSpan(at + path.Length);
            if (!(before is [.., var last] && IsOfPath(last)) && !(after is [var next, ..] && next != '.' && IsOfPath(next))
                && !(after is ['.', var following, ..] && IsOfPath(following)))
                return true;
        }
        return false;

        static bool IsOfPath(char c) => char.IsLetterOrDigit(c) || c is '_' or '-' or '.' or '/';
    }

    private static string OptionOf(string key, string prefix = "--") =>
        prefix + key.Replace('_', '-').Replace(":", "", StringComparison.Ordinal);

    private static string OfMatch(string property) => $"{nameof(CrossMatchOptions)}.{property}";

    private static string OfTable(string property) => $"{nameof(PositionOptions)}.{property}";

    private static string OfUnit(string unit) => $"{OfTable(nameof(PositionOptions.RaUnit))} = {nameof(RaUnit)}.{unit}";

    [GeneratedRegex("(?<keys>'(ra|dec|id|ra_unit|frame|rename|exclude|only|cast|filter)'(, '[a-z_]+')*(,? (and|or) '[a-z_]+')?) "
        + "in the recipe's source",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex RecipeKeys();

    [GeneratedRegex("'(?<key>[a-z_]+)'", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex RecipeKey();
}
