using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;
using Pile.Bench.Harness;
using Pile.Reading;
using Pile.Streaming;

namespace Pile.Bench.Benchmarks;

/// <summary>Measures with BenchmarkDotNet's memory diagnoser what one batch of a loader and one single read allocate on all
/// threads.</summary>
public class Allocations
{
    private const string ColumnName = "image_array";

    private Dataset dataset = null!;
    private IAsyncEnumerator<StreamBatch> batches = null!;
    private RowColumn<float> images = null!;
    private float[] image = [];
    private int rowCount, row;

    /// <summary>The number of rows of a batch.</summary>
    [Params(64, 256)]
    public int BatchRows { get; set; }

    /// <summary>True for shuffled blocks; false for the order of the index.</summary>
    [Params(false, true)]
    public bool IsShuffled { get; set; }

    /// <summary>Returns the allocated bytes of each method, by name and parameters.</summary>
    internal static IReadOnlyDictionary<(string Method, int BatchRows, bool IsShuffled), double> Measure()
    {
        ManualConfig config = ManualConfig.CreateEmpty()
            .AddJob(Job.Dry.WithToolchain(InProcessNoEmitToolchain.Instance).WithWarmupCount(2).WithIterationCount(1)
                .WithInvocationCount(2048).WithUnrollFactor(1))
            .AddDiagnoser(MemoryDiagnoser.Default).AddLogger(NullLogger.Instance).WithOptions(ConfigOptions.DisableLogFile);
        Summary summary = BenchmarkRunner.Run<Allocations>(config);
        return summary.HasCriticalValidationErrors || summary.Reports.Any(r => !r.Success)
            ? throw new BenchFailedException("BenchmarkDotNet did not measure allocations.")
            : summary.Reports.ToDictionary(
                r => (r.BenchmarkCase.Descriptor.WorkloadMethod.Name, (int)r.BenchmarkCase.Parameters[nameof(BatchRows)],
                    (bool)r.BenchmarkCase.Parameters[nameof(IsShuffled)]),
                r => (double)r.GcStats.GetBytesAllocatedPerOperation(r.BenchmarkCase)!.Value);
    }

    /// <summary>Opens the dataset, and waits until the loader has filled its memory.</summary>
    [GlobalSetup]
    public async Task OpenAsync()
    {
        dataset = await Dataset.OpenAsync(Folders.Work("rows", "raw"));
        StreamSource source = await StreamSource.OpenAsync(dataset.Query().Columns(ColumnName));
        batches = new Loader(source, new LoaderOptions
        {
            BatchRows = BatchRows,
            ShuffleSeed = IsShuffled ? 5ul : null,
            Epochs = null
        }).ReadAsync().GetAsyncEnumerator();
        for (int i = 0; i < 2048; i++)
            NextBatch();
        await Task.Delay(1000);
        RowReader reader = await dataset.OpenRowsAsync(dataset.Query().Columns(ColumnName));
        (images, rowCount) = (reader.Column<float>(ColumnName), reader.Count);
        image = new float[images.Schema.ElementsPerRow];
        for (int i = 0; i < rowCount; i++) // opens the shards
            images.Read(i, image);
    }

    /// <summary>Closes the loader.</summary>
    [GlobalCleanup]
    public async Task CloseAsync()
    {
        await batches.DisposeAsync();
        await dataset.DisposeAsync();
    }

    /// <summary>Reads a batch with the loader.</summary>
    [Benchmark]
    public float NextBatch()
    {
        if (!batches.MoveNextAsync().AsTask().GetAwaiter().GetResult())
            throw new InvalidOperationException("the loader ended");
        using StreamBatch batch = batches.Current;
        return batch.Values<float>(ColumnName).Span[0];
    }

    /// <summary>Reads a row into a buffer.</summary>
    [Benchmark]
    public float ReadRow()
    {
        row = (row + 1) % rowCount;
        images.Read(row, image);
        return image[0];
    }
}
