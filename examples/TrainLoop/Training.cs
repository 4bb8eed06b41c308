using System.Diagnostics;
using System.Globalization;
using Pile.Streaming;

namespace Pile.Examples.TrainLoop;

/// <summary>The training loop: trains with batches, prints a line for each epoch, and saves a state to continue from.</summary>
internal sealed class Training(StreamSource train, StreamSource validation, Photometry photometry, TrainingOptions options)
{
    private const double Rate = 0.3;

    // The largest number of batches that are lost if the process is killed.
    private const int SaveEveryBatches = 20;

    private readonly Loader loader =
        new(train, new LoaderOptions { BatchRows = options.BatchRows, ShuffleSeed = options.Seed, Epochs = options.Epochs });

    // Read only once, because it is small and needed after every epoch.
    private readonly Loader validationLoader = new(validation, new LoaderOptions { BatchRows = 256, Strategy = LoadStrategy.Preload });

    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        Checkpoint at = options.Resume ? Checkpoint.Load(options.StatePath) : await ScanAsync(cancellationToken);
        if (at.Stream is { } saved)
            Say($"resumed: epoch {saved.Epoch + 1}, {saved.RowsDone:N0} of {train.RowCount:N0} rows done");
        Stopwatch watch = Stopwatch.StartNew();
        long batches = 0, rows = 0;
        try
        {
            await foreach (StreamBatch batch in loader.ReadAsync(at.Stream, cancellationToken))
            {
                using (batch)
                {
                    List<(double[], double)> pairs = photometry.Measure(batch);
                    // Smaller steps in later epochs, so that the model converges.
                    double squares = at.Model.Step(pairs, Rate / (1 + (at.Stream?.Epoch ?? 0)));
                    at = at with { Stream = batch.State, Squares = at.Squares + squares, Pairs = at.Pairs + pairs.Count };
                    rows += batch.RowCount;
                }
                if (batch.State.RowsDone == 0) // the epoch is complete; the state is the start of the next one
                {
                    double seconds = watch.Elapsed.TotalSeconds;
                    (double rms, double median) = await ValidateAsync(at.Model, cancellationToken);
                    string errors = string.Create(CultureInfo.InvariantCulture,
                        $"train rms {Math.Sqrt(at.Squares / at.Pairs):0.0000}   validation rms {rms:0.0000}, median {median:0.0000}");
                    Say($"epoch {batch.State.Epoch}: {rows,6:N0} rows, {rows / seconds,7:N0} rows/s   {errors}");
                    at = at with { Squares = 0, Pairs = 0 };
                    rows = 0;
                    watch.Restart();
                }
                if (++batches % SaveEveryBatches == 0)
                    at.Save(options.StatePath);
                if (batches == options.StopAfter)
                {
                    Say($"stopped: epoch {batch.State.Epoch + 1}, {batch.State.RowsDone:N0} of {train.RowCount:N0} rows done");
                    break;
                }
            }
        }
        finally
        {
            at.Save(options.StatePath);
        }
    }

    /// <summary>Computes the means and standard deviations of all pairs.</summary>
    private async Task<Checkpoint> ScanAsync(CancellationToken cancellationToken)
    {
        List<(double[], double)> pairs = [];
        await foreach (StreamBatch batch
            in new Loader(train, new LoaderOptions { BatchRows = 256 }).ReadAsync(cancellationToken: cancellationToken))
            using (batch)
                pairs.AddRange(photometry.Measure(batch));
        if (pairs.Count == 0)
            throw new ArgumentException("there is no pair with an image, a value and light in the centre");
        Say($"scan:    {train.RowCount,6:N0} rows, {pairs.Count:N0} of them good");
        return new Checkpoint(LinearModel.Start(pairs), null, 0, 0);
    }

    private async Task<(double Rms, double Median)> ValidateAsync(LinearModel model, CancellationToken cancellationToken)
    {
        List<double> residuals = [];
        await foreach (StreamBatch batch in validationLoader.ReadAsync(cancellationToken: cancellationToken))
            using (batch)
                residuals.AddRange(photometry.Measure(batch).Select(p => Math.Abs(model.Predict(p.Features) - p.Target)));
        residuals.Sort();
        return residuals.Count == 0 ? (double.NaN, double.NaN) : (Math.Sqrt(residuals.Average(r => r * r)), residuals[residuals.Count / 2]);
    }

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
