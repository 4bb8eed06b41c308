using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Pile.Cli.Terminal;
using Pile.Format;
using Pile.Reading;
using Pile.Storage;
using Pile.Streaming;

namespace Pile.Cli.Commands;

/// <summary><c>pile stream</c>: runs the loader over a dataset and reports its throughput.</summary>
internal static class StreamCommand
{
    private static readonly Argument<string> DatasetPath = new("DATASET")
    {
        Description = CommonOptions.DatasetHelp + " Or a pin, ….pin.yaml."
    };
    private static readonly Option<string?> Columns = new("--columns")
    {
        Description = "Columns to load (default: all).",
        HelpName = "a,b"
    };
    private static readonly Option<string?> Where = new("--where") { Description = "Rows that match an SQL condition.", HelpName = "SQL" };
    private static readonly Option<int> Batch = new("--batch")
    {
        Description = "Rows per batch.",
        HelpName = "N",
        DefaultValueFactory = _ => 64
    };
    private static readonly Option<ulong?> Shuffle = new("--shuffle")
    {
        Description = "Shuffle blocks of rows with this seed.",
        HelpName = "SEED"
    };
    private static readonly Option<string> Shard = new("--shard")
    {
        Description = "Load the part of worker I of N, counted from 0.",
        HelpName = "I/N",
        DefaultValueFactory = _ => "0/1"
    };
    private static readonly Option<int> Epochs = new("--epochs")
    {
        Description = "The number of passes over all rows.",
        HelpName = "N",
        DefaultValueFactory = _ => 1
    };
    private static readonly Option<string?> Cache = new("--cache")
    {
        Description = "The folder for copies of a remote dataset's index.",
        HelpName = "DIR"
    };
    private static readonly Option<string?> CacheLimit = new("--cache-limit")
    {
        Description = "The maximum size of these copies.",
        HelpName = "SIZE"
    };
    private static readonly Option<string> Strategy =
        new("--strategy")
        {
            Description = "Read rows on demand (lazy), in advance (background), or all at the start (preload).",
            HelpName = "lazy|background|preload",
            DefaultValueFactory = _ => "background"
        };

    private static readonly TimeSpan TimeBetweenStates = TimeSpan.FromSeconds(10);

    private static readonly Option<string?> Resume =
        new("--resume")
        {
            Description = "Continue from the state in this file, and update it every 10 s and at the end.",
            HelpName = "FILE"
        };

    private static readonly Option<string?> Pin = new("--pin")
    {
        Description = "Write a pin NAME.pin.yaml, which names all that the run reads: 'pile stream' takes it instead of a dataset.",
        HelpName = "FILE"
    };

    private static readonly Option<string?> WriteIds = new("--write-ids")
    {
        Description = "Write the ids of the rows, one on each line, in the order of the index and without --shuffle and --shard: "
            + "'--ids' of other commands reads them.",
        HelpName = "FILE"
    };

    internal static Command Create()
    {
        Strategy.AcceptOnlyFromAmong("lazy", "background", "preload");
        CommonOptions.RequireCount(Batch, "rows");
        CommonOptions.RequireCount(Epochs, "epochs");
        CacheLimit.Validators.Add(result => CommonOptions.Require(result, "--cache-limit",
            text => ByteSize.TryParse(text, out long bytes) && bytes > 0, "a size such as 20GB"));
        Shard.Validators.Add(result => CommonOptions.Require(result, "--shard", text => TryWorker(text, out _),
            "I/N with I from 0 to N - 1, for example 0/4"));
        VerbCommand command = new("stream", "Runs the loader over a dataset and reports rows, bytes and requests per second.",
            "pile stream s3://surveys/sdss --columns spectrum_flux,spectrum_ivar --shuffle 1 --batch 256",
            "pile stream decam --columns image_array --shard 0/4 --epochs 3 --json",
            "pile stream good.query.yaml --split stratified --by class --part train --shuffle 1 --pin run.pin.yaml",
            "pile stream data/sdss --split hash --part test --columns z --write-ids test.txt && pile query data/sdss --ids test.txt",
            "pile stream run.pin.yaml --batch 256")
        {
            DatasetPath, Columns, Where, Batch, Shuffle, Shard, Epochs, Cache, CacheLimit, Strategy, Resume, CommonOptions.Id,
            CommonOptions.Mount, CommonOptions.Layer, CommonOptions.VerifyIds, Pin, WriteIds, TableOutput.Replace,
        };
        foreach (Option option in SplitOptions.All)
            command.Options.Add(option);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        DatasetOptions datasetOptions = CommonOptions.DatasetOptionsOf(parsed) with
        {
            Storage = new StoreOptions
            {
                CacheFolder = parsed.GetValue(Cache),
                CacheBytes = parsed.GetValue(CacheLimit) is { } size && ByteSize.TryParse(size, out long bytes) ? bytes : null
            },
        };
        TryWorker(parsed.GetRequiredValue(Shard), out Worker worker);
        if (parsed.GetValue(Resume) is { } folder && Directory.Exists(folder))
            throw new UsageException($"{Resume.Name} {folder}: this is a folder. Name the file for the state, such as "
                + $"{Path.Combine(folder, "state.json")}.");
        if (parsed.GetValue(Resume) is { } resume)
            OutputFile.RequireFree(resume, replace: true, Resume.Name);
        if (parsed.GetValue(WriteIds) is "-")
            throw new UsageException($"{WriteIds.Name} -: name a file, because the report is written to standard output.");
        if (parsed.GetValue(WriteIds) is { } ids)
            OutputFile.RequireFree(ids, parsed.GetValue(TableOutput.Replace), WriteIds.Name);
        LoaderOptions options = new()
        {
            BatchRows = parsed.GetValue(Batch),
            ShuffleSeed = parsed.GetValue(Shuffle),
            Epochs = parsed.GetValue(Epochs),
            Worker = worker,
            Strategy = Enum.Parse<LoadStrategy>(parsed.GetRequiredValue(Strategy), ignoreCase: true),
            PrefetchBytes = CommonOptions.MemoryOf(parsed) ?? new LoaderOptions().PrefetchBytes,
        };

        Stopwatch watch = Stopwatch.StartNew();
        (Dataset dataset, StreamSource source, options) = await OpenAsync(parsed, datasetOptions, options, cancellationToken)
            .ConfigureAwait(false);
        await using (dataset.ConfigureAwait(false))
        {
            if (parsed.GetValue(WriteIds) is { } file)
                await RowIdFile.WriteAsync(source, file, cancellationToken).ConfigureAwait(false);
            Loader loader = new(source, CommonOptions.MemoryOf(parsed) is null ? options with { PrefetchBytes = BytesFor(source, options) }
                : options);
            await LoadAsync(parsed, loader, source.RowCount * (options.Epochs ?? 1) / worker.Count, cancellationToken)
                .ConfigureAwait(false);
            Report(parsed, loader, dataset, options.Pin, watch.Elapsed.TotalSeconds);
        }
        return ExitCode.Done;
    }

    private static async Task<(Dataset Dataset, StreamSource Source, LoaderOptions Options)> OpenAsync(ParseResult parsed,
        DatasetOptions datasetOptions, LoaderOptions options, CancellationToken cancellationToken)
    {
        string path = parsed.GetRequiredValue(DatasetPath);
        if (SavedQueryFile.IsPin(path))
        {
            foreach (Option option in (IEnumerable<Option>)[Columns, Where, Shuffle, Epochs, Pin, .. SplitOptions.All])
                if (parsed.GetResult(option) is { Implicit: false })
                    throw new UsageException($"{option.Name} does not apply to a pin, which names rows, columns and order: remove it, or "
                        + "stream the dataset.");
            (Dataset pinned, StreamSource rows, LoaderOptions order) = await StreamSource.OpenPinAsync(path, datasetOptions,
                cancellationToken).ConfigureAwait(false);
            return (pinned, rows, order with
            {
                BatchRows = options.BatchRows,
                Worker = options.Worker,
                Strategy = options.Strategy,
                PrefetchBytes = options.PrefetchBytes,
            });
        }
        if (parsed.GetValue(Pin) is { } target)
            SavedQueryFile.RequireFree(target, SavedQueryFile.PinEnding, parsed.GetValue(TableOutput.Replace));
        Dataset dataset = await Dataset.OpenAsync(path, datasetOptions, cancellationToken).ConfigureAwait(false);
        try
        {
            Query query = dataset.Query();
            if (parsed.GetValue(Columns) is { } columns)
                query = query.Columns(NameList.Split(columns, "--columns"));
            if (parsed.GetValue(Where) is { } where)
                query = query.Where(where);
            StreamSource source = await SplitOptions.OpenAsync(parsed, query, cancellationToken).ConfigureAwait(false);
            if (parsed.GetValue(Pin) is { } pin)
            {
                options = await source.PinAsync(pin, options, parsed.GetValue(TableOutput.Replace), cancellationToken)
                    .ConfigureAwait(false);
                CommonOptions.Messages(parsed)(string.Create(CultureInfo.InvariantCulture,
                    $"{pin}: {CountText.Of(source.RowCount, "row")}, hash {options.Pin}"));
            }
            return (dataset, source, options);
        }
        catch
        {
            await dataset.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Returns the memory for rows that are read ahead: more than usual if batches of large rows need it.</summary>
    private static long BytesFor(StreamSource source, LoaderOptions options)
    {
        const int BatchesAhead = 4, ShuffledBatchesAhead = 8;
        long rows = options.Strategy == LoadStrategy.Preload ? source.RowCount
            : (long)options.BatchRows * (options.ShuffleSeed is null ? BatchesAhead : ShuffledBatchesAhead);
        long ofMachine = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;
        return Math.Max(options.PrefetchBytes, Math.Min(rows * source.RowBytes, ofMachine));
    }

    private static async Task LoadAsync(ParseResult parsed, Loader loader, long expectedRows, CancellationToken cancellationToken)
    {
        string? statePath = parsed.GetValue(Resume);
        StreamState? from = statePath is null ? null : await StateInAsync(statePath, cancellationToken).ConfigureAwait(false);
        using ProgressDisplay progress = new(parsed.GetValue(CommonOptions.Quiet));
        StreamState? done = null;
        long saved = Stopwatch.GetTimestamp();
        try
        {
            await foreach (StreamBatch batch in loader.ReadAsync(from, cancellationToken).ConfigureAwait(false))
                using (batch)
                {
                    done = batch.State;
                    if (statePath is not null && Stopwatch.GetElapsedTime(saved) >= TimeBetweenStates)
                    {
                        WriteState(statePath, done);
                        saved = Stopwatch.GetTimestamp();
                    }
                    progress.Report("loading", loader.Rows, expectedRows, "rows");
                }
        }
        finally
        {
            if (statePath is not null && done is not null)
                WriteState(statePath, done);
        }
    }

    private static async Task<StreamState?> StateInAsync(string path, CancellationToken cancellationToken)
    {
        RegularFile.Require(path);
        if (!File.Exists(path))
            return null;
        string text = await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false);
        try
        {
            return StreamState.Parse(text);
        }
        catch (ArgumentException e)
        {
            throw new UsageException($"{Resume.Name} {path}: {ArgumentText.Of(e)}. Name another file, or remove it to start anew.");
        }
    }

    private static void WriteState(string path, StreamState state)
    {
        string temporary = TemporaryPath.Beside(path, ".partial");
        try
        {
            File.WriteAllText(temporary, state.ToJson() + "\n");
            CompleteFile.Move(temporary, path, replace: true);
        }
        finally
        {
            TemporaryPath.Delete(temporary);
        }
    }

    private static void Report(ParseResult parsed, Loader loader, Dataset dataset, string? pin, double seconds)
    {
        ReadStatistics read = dataset.Reads;
        StoreStatistics store = dataset.Statistics; // not counted for local datasets
        long requests = store.Requests > 0 ? store.Requests : read.Reads,
            fetched = store.Requests > 0 ? store.BytesFetched : read.BytesRead;
        double perSecond = loader.Rows / Math.Max(seconds, 1e-9),
            overRead = read.BytesUsed > 0 ? ((double)read.BytesRead / read.BytesUsed) - 1 : 0;
        if (parsed.GetValue(CommonOptions.Json))
            JsonOutput.Write(json =>
            {
                json.WriteStartObject();
                json.WriteInteger("rows", loader.Rows);
                json.WriteInteger("batches", loader.Batches);
                json.WriteFloat("seconds", seconds);
                json.WriteFloat("rows_per_s", perSecond);
                json.WriteInteger("bytes_used", read.BytesUsed);
                json.WriteInteger("bytes_fetched", fetched);
                json.WriteInteger("requests", requests);
                json.WriteInteger("cache_hits", store.CacheHits);
                json.WriteInteger("row_reads", read.Reads);
                json.WriteFloat("bytes_over_read", read.BytesRead - read.BytesUsed);
                json.WriteInteger("retries", store.Retries);
                if (pin is not null)
                    json.WriteString("pin", pin);
                json.WriteEndObject();
            });
        else
        {
            string unit = store.Requests > 0 ? "requests" : "reads";
            double megabytesPerSecond = read.BytesUsed / seconds / 1e6;
            TerminalText.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
                {loader.Rows:N0} rows in {loader.Batches:N0} batches, {seconds:0.00} s: {perSecond:N0} rows/s, {megabytesPerSecond:N1} MB/s
                {requests:N0} {unit}, {fetched:N0} bytes; {read.Reads:N0} of them for rows, {overRead:P1} over-read
                {store.CacheHits:N0} index files from the cache, {store.Retries:N0} retries
                """));
        }
    }

    private static bool TryWorker(string text, out Worker worker)
    {
        worker = Worker.Alone;
        if (text.Split('/') is not [var first, var second]
            || !int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            || !int.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out int count) || count == 0 || index >= count)
            return false;
        worker = new Worker(index, count);
        return true;
    }
}
