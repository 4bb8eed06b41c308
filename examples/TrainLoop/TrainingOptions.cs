using System.Globalization;

namespace Pile.Examples.TrainLoop;

/// <summary>The options of the command line.</summary>
internal sealed record TrainingOptions
{
    internal const string Usage = """
        usage: TrainLoop IMAGES CATALOGUE --target COLUMN [options]

        IMAGES and CATALOGUE are datasets: folders, s3://bucket/prefix or https://...
          --target COLUMN      the catalogue's column that is learned from the pictures
          --radius ARCSEC      how far a picture's object and the catalogue's may be apart (default 1)
          --epochs N           how often all pairs are gone through (default 6)
          --batch N            pairs of a batch (default 64)
          --seed N             of the shuffle and the split (default 1)
          --weighted ORDER     draw pairs against their density in HEALPix cells of this order
          --state FILE         where model and stream are saved (default train-loop.json)
          --resume             go on from there
          --stop-after N       end after N batches, as if the machine had been taken away
        """;

    internal required string Images { get; init; }

    internal required string Catalogue { get; init; }

    internal required string Target { get; init; }

    internal double RadiusArcsec { get; private set; } = 1;

    internal int Epochs { get; private set; } = 6;

    internal int BatchRows { get; private set; } = 64;

    internal ulong Seed { get; private set; } = 1;

    internal int? WeightedOrder { get; private set; }

    internal string StatePath { get; private set; } = "train-loop.json";

    internal bool Resume { get; private set; }

    internal int? StopAfter { get; private set; }

    /// <exception cref="ArgumentException">The arguments are invalid.</exception>
    internal static TrainingOptions Parse(string[] args)
    {
        if (args is not [var images, var catalogue, "--target", var target, .. var rest])
            throw new ArgumentException("two datasets and --target COLUMN are required first");
        TrainingOptions options = new() { Images = images, Catalogue = catalogue, Target = target };
        int i = 0;
        for (; i < rest.Length; i++)
            switch (rest[i])
            {
                case "--radius": options.RadiusArcsec = Next<double>(); break;
                case "--epochs": options.Epochs = Next<int>(); break;
                case "--batch": options.BatchRows = Next<int>(); break;
                case "--seed": options.Seed = Next<ulong>(); break;
                case "--weighted": options.WeightedOrder = Next<int>(); break;
                case "--state": options.StatePath = Next<string>(); break;
                case "--resume": options.Resume = true; break;
                case "--stop-after": options.StopAfter = Next<int>(); break;
                default: throw new ArgumentException($"there is no option '{rest[i]}'");
            }
        return options;

        T Next<T>() where T : IParsable<T> => ++i < rest.Length && T.TryParse(rest[i], CultureInfo.InvariantCulture, out T? value)
            ? value
            : throw new ArgumentException($"{rest[i - 1]} requires a value");
    }
}
