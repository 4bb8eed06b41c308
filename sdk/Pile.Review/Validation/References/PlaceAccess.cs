using Pile.Storage;

namespace Pile.Review;

/// <summary>Which servers, buckets and folders with files outside the dataset can be read. Thread-safe.</summary>
/// <remarks>A place that does not respond is given up at once, so that its files do not cost a wait each. A place that denies files may
/// deny only some of them: it is given up after several denials if it has granted no file until then.</remarks>
internal sealed class PlaceAccess
{
    private const int MaxDenials = 8;

    private readonly Dictionary<string, Place> places = new(StringComparer.Ordinal);

    /// <summary>Returns why the files of a place are not read; null if they may be tried.</summary>
    internal string? ObstacleOf(string place)
    {
        lock (places)
            return places.TryGetValue(place, out Place? known) ? known.Obstacle : null;
    }

    /// <summary>Takes note of a file that could be opened.</summary>
    internal void Grant(string place)
    {
        lock (places)
            PlaceOf(place).HasGranted = true;
    }

    /// <summary>Takes note of a failure of a store.</summary>
    /// <returns>False if it concerns the content of the file, not the access to it.</returns>
    internal bool TryDeny(string place, int file, StoreException failure)
    {
        if (failure.Fault is not (StoreFault.Denied or StoreFault.NotFound or StoreFault.Throttled or StoreFault.Unreachable
            or StoreFault.BadSettings))
            return false;
        lock (places)
        {
            Place known = PlaceOf(place);
            known.Denials[file] = failure.Message;
            if (failure.Fault is not StoreFault.Denied || (!known.HasGranted && known.Denials.Count >= MaxDenials))
                known.Obstacle ??= failure.Message;
        }
        return true;
    }

    /// <summary>Gives up the places that denied all files that were tried. Call it after the last file.</summary>
    /// <returns>The denied files of other places, with what the store says.</returns>
    internal IEnumerable<(int File, string Finding)> Complete()
    {
        lock (places)
        {
            foreach (Place place in places.Values.Where(p => !p.HasGranted && p.Denials.Count > 0))
                place.Obstacle ??= place.Denials.First().Value;
            return [.. places.Values.Where(p => p.Obstacle is null).SelectMany(p => p.Denials).Select(d => (d.Key, d.Value))];
        }
    }

    /// <summary>The places that were given up, with the reason. They are known after <see cref="Complete"/>.</summary>
    internal IEnumerable<(string Place, string Obstacle)> GivenUp
    {
        get
        {
            lock (places)
                return [.. places.Where(p => p.Value.Obstacle is not null).Select(p => (p.Key, p.Value.Obstacle!))];
        }
    }

    private Place PlaceOf(string name)
    {
        if (!places.TryGetValue(name, out Place? place))
            places.Add(name, place = new Place());
        return place;
    }

    private sealed class Place
    {
        internal bool HasGranted { get; set; }

        internal string? Obstacle { get; set; }

        internal SortedDictionary<int, string> Denials { get; } = [];
    }
}
