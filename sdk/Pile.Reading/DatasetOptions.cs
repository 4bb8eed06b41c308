using Pile.Storage;

namespace Pile.Reading;

/// <summary>The resources that an open dataset uses, and how it reads.</summary>
public sealed record DatasetOptions
{
    /// <summary>The number of threads for queries and for reads of many rows; null for all cores.</summary>
    public int? Threads { get; init; }

    /// <summary>The memory for queries in bytes; null for DuckDB's default, 80 % of the machine's memory.</summary>
    public long? QueryMemoryBytes { get; init; }

    /// <summary>The number of shards kept open at once. Each costs a file descriptor; opening one again costs about 10 µs.</summary>
    public int MaxOpenShards { get; init; } = 512;

    /// <summary>The places of files outside the dataset to which it refers: addresses as the dataset has them
    /// (<c>mount://photos</c>, <c>s3://bucket/prefix</c>), and the folders or addresses where these are now. A scheme with itself as its
    /// place, such as <c>https://</c>, stands for all of its addresses, which are read where they are.</summary>
    /// <remarks>They are added to those of <c>&lt;dataset&gt;.mounts.yaml</c> beside a local dataset. Other files are never read.</remarks>
    public IReadOnlyDictionary<string, string> Mounts { get; init; } = new Dictionary<string, string>();

    /// <summary>Layers whose fields are read as light columns of the dataset: <c>[PREFIX=]ADDRESS[@AT]</c> each. PREFIX and an underscore
    /// are put before the names of fields. AT is the number of a commit, a tag, a time or <c>sha256:…</c>; without it the newest commit
    /// is read, as of when the dataset is opened.</summary>
    /// <remarks>Opening computes the values as of the commit, unless they are stored beside the layer or in the cache.</remarks>
    public IReadOnlyList<string> Layers { get; init; } = [];

    /// <summary>True to read a local dataset through its shards alone, as if it had lost its index: all light columns are read once, then
    /// queries work as with an index.</summary>
    /// <remarks>Values are then not verified, which a message reports. Matches, and new datasets made of the rows, need the
    /// index.</remarks>
    public bool IgnoreIndex { get; init; }

    /// <summary>The column of ids of a HATS catalogue, or <c>row</c> for row numbers; null to find it by its name, otherwise row
    /// numbers.</summary>
    /// <remarks>A dataset of Pile has its own ids: opening it with this option is an <see cref="ArgumentException"/>, as is a column that
    /// the catalogue does not have, or one of another type than integers or text.</remarks>
    public string? IdColumn { get; init; }

    /// <summary>True to verify what queries read of a local index before they return values.</summary>
    /// <remarks>Each block of 256 KiB is verified once per process by its CRC-32C, at 5 GB/s or more. Set it to false only if the storage
    /// verifies what it returns: a damaged index then gives wrong values without an error. Tiles of a remote dataset are always verified
    /// when they are copied into the cache.</remarks>
    public bool VerifyIndex { get; init; } = true;

    /// <summary>Receives messages for the user: that a dataset has lost its index and is read through its shards, or that opened rows have
    /// values which are not verified (<see cref="RowColumn.IsVerified"/>). Null to ignore them.</summary>
    public Action<string>? OnMessage { get; init; }

    /// <summary>Receives the messages that values are not verified; null for <see cref="OnMessage"/>.</summary>
    internal Action<string>? OnUnverified { get; init; }

    /// <summary>Receives the SQL, the tiles and the cost of each query of the index, and what was read when the dataset is closed. Null to
    /// plan nothing twice.</summary>
    internal Action<string>? OnPlan { get; init; }

    /// <summary>True to compare the ids of a saved query's rows with the recorded hash when it is opened, which executes the
    /// query.</summary>
    internal bool VerifiesIds { get; init; }

    /// <summary>The size up to which the columns of a selective query are verified before DuckDB reads them, instead of only where rows are
    /// returned from. Verifying 16 MiB takes 2 ms.</summary>
    internal int VerifiedAtOnceBytes { get; init; } = 16 << 20;

    /// <summary>Settings for remote requests and the cache; null for those of the environment.</summary>
    public StoreOptions? Storage { get; init; }

    /// <exception cref="ArgumentException">An option is null or out of range.</exception>
    internal void Check()
    {
        ArgumentNullException.ThrowIfNull(Mounts);
        ArgumentNullException.ThrowIfNull(Layers);
        if (Layers.Contains(null!))
            throw new ArgumentNullException(nameof(Layers), "DatasetOptions.Layers contains null, but a layer is an address.");
        AtLeastOne(nameof(Threads), Threads);
        AtLeastOne(nameof(QueryMemoryBytes), QueryMemoryBytes);
        AtLeastOne(nameof(MaxOpenShards), MaxOpenShards);

        static void AtLeastOne(string option, long? value)
        {
            if (value < 1)
                throw new ArgumentException($"DatasetOptions.{option} must be at least 1; it is {value}.");
        }
    }
}
