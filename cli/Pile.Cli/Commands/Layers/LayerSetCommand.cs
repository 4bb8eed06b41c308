using System.CommandLine;
using System.Globalization;
using Pile.Cli.Terminal;
using Pile.Format;
using Pile.Layers;
using Pile.Reading;
using Pile.Storage;
using Pile.Tables;
using Pile.Tables.Opening;

namespace Pile.Cli.Commands;

/// <summary><c>pile layer set</c> and <c>unset</c>: give values to rows, and take them away.</summary>
internal static class LayerSetCommand
{
    private const string PathOfSource = "path";

    private static readonly string[] UsualIds = [LayerPaths.ObjectId, "id"], IdsOfSources = [LayerPaths.ObjectId, PathOfSource, "id"];

    private static readonly Argument<string> Table = new("TABLE")
    {
        Description = "A table with a row for each id and a column for each field: .csv, .tsv, .ecsv, .parquet, .fits, .vot, .jsonl, also "
            + "with .gz, or - for standard input. An empty cell, or a missing key of .jsonl, takes the value away.",
    };
    private static readonly Option<string?> Format = new("--format")
    {
        Description = $"With -: {StandardInputTable.FormatHelp}",
        HelpName = "F",
    };
    private static readonly Option<string[]> As = new("--as")
    {
        Description = $"The type of a field: {FieldType.Known}; the first write decides it otherwise.",
        HelpName = "FIELD=TYPE",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };
    private static readonly Option<string?> BlobFiles = new("--blob-files")
    {
        Description = "With --as FIELD=blob: a folder that the files may be in, too. Without it, all must be in the folder of the table.",
        HelpName = "DIR",
    };
    private static readonly Option<string?> Id = new("--id")
    {
        Description = "The column of ids; by default object_id or id, of a source object_id, path or id.",
        HelpName = "COL",
    };
    private static readonly Argument<string[]> Fields = new("FIELD")
    {
        Description = "The fields.",
        Arity = ArgumentArity.OneOrMore,
    };
    private static readonly Option<string[]> OneId = new("--id") { Description = "The id of a row; may be repeated.", HelpName = "ID" };
    private static readonly Option<string?> Ids = new("--ids")
    {
        Description = "A file with an id in each line, or - for standard input.",
        HelpName = "FILE",
    };

    internal static Command Create()
    {
        VerbCommand command = new("set", "Sets values of rows from a table, as one commit.",
            "pile layer set notes notes.csv --message \"first round\"",
            "pile layer set reviews labels.parquet --id path --as class=label --as seen=time --message \"night shift\"")
        {
            LayerArguments.Layer, Table, LayerArguments.Message, As, BlobFiles, Id, Format, LayerArguments.AllowMissing,
            LayerArguments.LastWins, LayerArguments.Author, LayerArguments.Of,
        };
        command.SetAction(SetAsync);
        return command;
    }

    internal static Command CreateUnset()
    {
        VerbCommand command = new("unset", "Takes values of rows away, as one commit.",
            "pile layer unset notes quality --id 573548734415588352 --message \"was a plane\"",
            "pile layer unset notes quality comment --ids wrong.txt --message \"wrong night\"")
        {
            LayerArguments.Layer, Fields, OneId, Ids, LayerArguments.Message, LayerArguments.AllowMissing, LayerArguments.LastWins,
            LayerArguments.Author, LayerArguments.Of,
        };
        command.SetAction(UnsetAsync);
        return command;
    }

    internal static Command CreateRemoveRows()
    {
        VerbCommand command = new("remove-rows", "Removes rows of a source, as one commit. A later scan adds files again that exist.",
            "pile layer remove-rows sources/raw --id old/1.png --message \"a duplicate\"",
            "pile layer remove-rows sources/raw --ids broken.txt --message \"cannot be read\" --json")
        {
            LayerArguments.Layer, OneId, Ids, LayerArguments.Message, LayerArguments.AllowMissing, LayerArguments.Author,
        };
        command.SetAction(RemoveRowsAsync);
        return command;
    }

    private static async Task<int> SetAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string address = parsed.GetRequiredValue(LayerArguments.Layer), path = parsed.GetRequiredValue(Table);
        Dictionary<string, FieldType> types = TypesOf(parsed.GetValue(As) ?? []);
        using StandardInputTable? input = StandardInputTable.Of(path, parsed.GetValue(Format), cancellationToken);
        string given = input?.Path ?? InputFile.Require(path, "The table");
        LayerWorkspace layer = await LayerWorkspace.OpenAsync(address, parsed.GetValue(LayerArguments.Of),
            CommonOptions.DatasetOptionsOf(parsed), cancellationToken, isForValues: true).ConfigureAwait(false);
        await using (layer.ConfigureAwait(false))
        {
            (ITableReader opened, Dictionary<string, FieldType> written) = await OpenAsync(given, layer, types, parsed.GetValue(Id),
                cancellationToken).ConfigureAwait(false);
            await using ITableReader table = opened;
            string[] names = [.. table.Columns.Select(c => c.Name)];
            if (parsed.GetValue(Id) is { } named && !names.Contains(named))
                throw new UsageException($"--id {named}: '{path}' has no such column. {SimilarNames.Hint(named, names)}.");
            string id = parsed.GetValue(Id) ?? UsualIdsOf(layer).Select(u => names.FirstOrDefault(n => n.Equals(u,
                StringComparison.OrdinalIgnoreCase)))
                .FirstOrDefault(n => n is not null)
                ?? throw new UsageException($"'{path}' has no column '{string.Join("' or '", UsualIdsOf(layer))}': name the column of ids "
                    + $"with --id. Its columns are {string.Join(", ", names.Take(20))}.");
            RequireFields(path, names.Where(name => name != id), layer);
            layer.RequireFieldsOfUsers(names.Where(name => name != id));
            foreach (string name in names)
                if (table is TableFile file && file.IsTimestamp(name) && name != id && layer.Head?.FindField(name) is null)
                    types.TryAdd(name, FieldType.Time);
            PatchDraft patch = await layer.StageAsync(table.ReadAsync(cancellationToken: cancellationToken), id, new StageOptions
            {
                Types = types,
                NumbersAsTexts = written,
                AreSameUnits = Units.AreSame,
                TimesOf = name => table.AsTimes(name)?.Time,
                AllowMissing = parsed.GetValue(LayerArguments.AllowMissing),
                SourceName = input is null ? Path.GetFileName(path) : "standard input",
                BlobFolder = Path.GetDirectoryName(Path.GetFullPath(path)),
                FurtherBlobFolder = parsed.GetValue(BlobFiles),
                SourceSha256 = Sha256Of(TableReader.FileOf(given), cancellationToken),
            }, cancellationToken).ConfigureAwait(false);
            LayerField[] added = [.. patch.Fields.Where(f => layer.Head?.FindField(f.Name) is null)];
            await CommitAsync(parsed, layer, address, patch, cancellationToken).ConfigureAwait(false);
            await ReportTakenNamesAsync(parsed, layer, address, added, cancellationToken).ConfigureAwait(false);
            return patch.Missing > 0 ? ExitCode.RowsSkipped : ExitCode.Done;
        }
    }

    /// <summary>Requires that a table for a source has no field with the name of the ids: queries would return it instead.</summary>
    private static void RequireFields(string table, IEnumerable<string> names, LayerWorkspace layer)
    {
        if (layer.Store.Manifest.DatasetRoot is null
            && names.FirstOrDefault(name => name.Equals(PathOfSource, StringComparison.OrdinalIgnoreCase)) is { } taken)
            throw new UsageException($"'{table}': a source has its ids in the column '{PathOfSource}', so that it is no field. Name it "
                + $"with --id {taken}, rename it, or leave it out.");
    }

    private static string[] UsualIdsOf(LayerWorkspace layer) =>
        layer.Store.Manifest.DatasetRoot is null ? IdsOfSources : UsualIds;

    /// <summary>Opens the table. Columns whose numbers might be rounded are read as texts, so that the field has them exactly.</summary>
    /// <returns>The table, and the types that these columns have as numbers.</returns>
    private static async Task<(ITableReader Table, Dictionary<string, FieldType> Written)> OpenAsync(string path, LayerWorkspace layer,
        Dictionary<string, FieldType> types, string? id, CancellationToken cancellationToken)
    {
        TableReadOptions options = new() { TextColumns = TextsOf(layer, types, id), JsonTextColumns = ListTextsOf(layer, types) };
        ITableReader table = await TableReader.OpenAsync(path, options, cancellationToken).ConfigureAwait(false);
        string[] ids = id is null ? UsualIdsOf(layer) : [id];
        Dictionary<string, FieldType> written = (table is TableFile file ? file.Columns.Where(c => MayRound(file, c)) : [])
            .Where(c => !ids.Contains(c.Name, StringComparer.OrdinalIgnoreCase))
            .ToDictionary(c => c.Name, c => c.IsScalar ? FieldType.Of(c.DType) : FieldType.ListOf(c.DType), StringComparer.Ordinal);
        if (written.Count == 0)
            return (table, written);
        await table.DisposeAsync().ConfigureAwait(false);
        return (await TableReader.OpenAsync(path, options with
        {
            TextColumns = options.TextColumns.Concat(written.Keys).ToHashSet(StringComparer.OrdinalIgnoreCase),
            JsonTextColumns = options.JsonTextColumns.Concat(written.Keys).ToHashSet(StringComparer.Ordinal),
        }, cancellationToken).ConfigureAwait(false), written);

        bool MayRound(TableFile file, ColumnSchema column) => file.MayRound(column.Name,
            toIntegers: (types.TryGetValue(column.Name, out FieldType asked) ? asked : layer.Head?.FindField(column.Name)?.Type) is
            { Kind: FieldKind.Scalar or FieldKind.List } type && type.Element.IsInteger());
    }

    // Such a layer is read with a prefix alone, which its users must know.
    private static async Task ReportTakenNamesAsync(ParseResult parsed, LayerWorkspace layer, string address, LayerField[] added,
        CancellationToken cancellationToken)
    {
        if (added.Length == 0 || layer.Store.Manifest.DatasetRoot is null)
            return;
        Dataset dataset = await layer.DatasetAsync(cancellationToken).ConfigureAwait(false);
        HashSet<string> taken = new(dataset.ColumnsOf(DatasetView.Standard).Select(c => c.Name), StringComparer.OrdinalIgnoreCase);
        foreach (string name in added.Select(f => f.Name).Where(taken.Contains))
            CommonOptions.Messages(parsed)($"the dataset has a column '{name}', too: read the layer with a prefix (--layer p={address} "
                + $"makes it 'p_{name}'), or rename the field (pile layer rename-field {address} {name} NAME)");
    }

    // The values of these are stored as they are written: 1.10 and TRUE in a column of texts are not a number and a boolean, and 0.1 is
    // not first a float64, which no float32 is equal to.
    private static HashSet<string> TextsOf(LayerWorkspace layer, Dictionary<string, FieldType> types, string? id)
    {
        IEnumerable<string> fields = types.Where(t => IsText(t.Value) || t.Value == FieldType.Of(DType.Float32)).Select(t => t.Key)
            .Concat((layer.Head?.Fields ?? []).Where(f => IsText(f.Type) && !types.ContainsKey(f.Name)).Select(f => f.Name));
        IEnumerable<string> ids = !layer.Store.Manifest.HasTextIds ? [] : id is null ? UsualIdsOf(layer) : [id];
        return new(fields.Concat(ids), StringComparer.OrdinalIgnoreCase);

        static bool IsText(FieldType type) => type.Kind is FieldKind.Label or FieldKind.Time
            || (type.Kind is FieldKind.Scalar or FieldKind.Blob && type.Element == DType.String);
    }

    // Boxes may be lists of lists, the numbers of a list are converted as they are written, and those of a list of texts are texts.
    private static HashSet<string> ListTextsOf(LayerWorkspace layer, Dictionary<string, FieldType> types) =>
        new(types.Where(t => t.Value.Kind is FieldKind.Box or FieldKind.List).Select(t => t.Key)
            .Concat((layer.Head?.Fields ?? []).Where(f => f.Type.Kind == FieldKind.Box || f.Type.IsOfTexts).Select(f => f.Name)),
            StringComparer.Ordinal);

    private static async Task<int> UnsetAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string address = parsed.GetRequiredValue(LayerArguments.Layer);
        LayerWorkspace layer = await LayerWorkspace.OpenAsync(address, parsed.GetValue(LayerArguments.Of),
            CommonOptions.DatasetOptionsOf(parsed), cancellationToken, isForValues: true).ConfigureAwait(false);
        await using (layer.ConfigureAwait(false))
        {
            bool areExact = layer.Store.Manifest.DatasetRoot is null
                || (await layer.DatasetAsync(cancellationToken).ConfigureAwait(false)).Source is not null;
            ObjectId[] ids = IdsOf(parsed, layer.Store, areExact);
            PatchDraft patch = await layer.StageUnsetAsync(ids, parsed.GetRequiredValue(Fields),
                new StageOptions { AllowMissing = parsed.GetValue(LayerArguments.AllowMissing) }, cancellationToken).ConfigureAwait(false);
            await CommitAsync(parsed, layer, address, patch, cancellationToken).ConfigureAwait(false);
            return patch.Missing > 0 ? ExitCode.RowsSkipped : ExitCode.Done;
        }
    }

    private static async Task<int> RemoveRowsAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string address = parsed.GetRequiredValue(LayerArguments.Layer);
        LayerWorkspace layer = await LayerWorkspace.OpenAsync(address, null, CommonOptions.DatasetOptionsOf(parsed), cancellationToken)
            .ConfigureAwait(false);
        await using (layer.ConfigureAwait(false))
        {
            PatchDraft patch = await layer.StageRemovalAsync(IdsOf(parsed, layer.Store, areExact: true),
                new StageOptions { AllowMissing = parsed.GetValue(LayerArguments.AllowMissing) }, cancellationToken).ConfigureAwait(false);
            LayerCommit commit = await layer.CommitAsync(new LayerChange
            {
                Steps = [(new LayerOperation { Kind = OperationKind.RemoveRows }, patch)],
                Author = LayerArguments.AuthorOf(parsed),
                Message = parsed.GetRequiredValue(LayerArguments.Message),
            }, cancellationToken).ConfigureAwait(false);
            ReportMissing(parsed, patch, "source");
            LayerArguments.Report(parsed, address, commit, $"{CountText.Of(patch.Rows, "row", "is", "are")} removed", json =>
            {
                json.WriteInteger("rows", patch.Rows);
                json.WriteInteger("missing", patch.Missing);
            });
            return patch.Missing > 0 ? ExitCode.RowsSkipped : ExitCode.Done;
        }
    }

    private static ObjectId[] IdsOf(ParseResult parsed, LayerStore store, bool areExact)
    {
        IEnumerable<ObjectId> ofFile = parsed.GetValue(Ids) is { } file ? IdFile.Read(file, text => IdOf(store, text), areExact) : [];
        ObjectId[] ids = [.. ofFile.Concat((parsed.GetValue(OneId) ?? []).Select(text => IdOf(store, text)))];
        return ids.Length > 0 ? ids : throw new UsageException("There is no row to change: give --id ID or --ids FILE.");
    }

    private static void ReportMissing(ParseResult parsed, PatchDraft patch, string of)
    {
        if (patch.Missing > 0)
            CommonOptions.Messages(parsed)($"{CountText.Of(patch.Missing, "id", "is", "are")} not in the {of}; left out");
    }

    private static async Task CommitAsync(ParseResult parsed, LayerWorkspace layer, string address, PatchDraft patch,
        CancellationToken cancellationToken)
    {
        LayerCommit commit = await layer.CommitAsync(LayerChange.Of(patch, LayerArguments.AuthorOf(parsed),
            parsed.GetRequiredValue(LayerArguments.Message)) with
        { LastWins = parsed.GetValue(LayerArguments.LastWins), AreSameUnits = Units.AreSame }, cancellationToken).ConfigureAwait(false);
        ReportMissing(parsed, patch, "dataset");
        LayerArguments.Report(parsed, address, commit, string.Create(CultureInfo.InvariantCulture,
            $"{CountText.Of(patch.Rows, "row")} of {string.Join(", ", patch.Fields.Select(f => $"{f.Name} ({f.Type})"))}"), json =>
        {
            json.WriteInteger("rows", patch.Rows);
            json.WriteInteger("missing", patch.Missing);
            json.WriteStartArray("fields");
            foreach (LayerField field in patch.Fields)
            {
                json.WriteStartObject();
                json.WriteString("name", field.Name);
                json.WriteString("type", field.Type.ToString());
                json.WriteEndObject();
            }
            json.WriteEndArray();
        });
    }

    internal static ObjectId IdOf(LayerStore store, string text) => store.Manifest.HasTextIds
        ? text.Length > 0 ? new ObjectId(text) : throw new UsageException("An id must not be empty.")
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? new ObjectId(number)
            : throw new UsageException($"'{ShownText.Of(text)}' is not an id of layer '{store.Address}': its ids are 64-bit integers.");

    private static Dictionary<string, FieldType> TypesOf(string[] given)
    {
        Dictionary<string, FieldType> types = new(StringComparer.Ordinal);
        foreach (string text in given)
            if (text.LastIndexOf('=') is > 0 and var sign && FieldType.TryParse(text[(sign + 1)..], out FieldType? type))
                types[text[..sign]] = type.Value;
            else
                throw new UsageException($"--as {text}: expected FIELD=TYPE, for example --as episode=int64. The types are "
                    + $"{FieldType.Known}.");
        return types;
    }

    private static string Sha256Of(string path, CancellationToken cancellationToken)
    {
        using LocalFile file = new(path);
        return FileSha256.Of(file, cancellationToken);
    }
}
