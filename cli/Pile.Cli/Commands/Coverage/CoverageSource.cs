using System.CommandLine;
using Pile.Cli.Terminal;
using Pile.Format;
using Pile.Reading;
using Pile.Sky;
using Pile.Storage;
using Pile.Tables;

namespace Pile.Cli.Commands;

/// <summary>Reads coverage maps from files, and finds those of datasets.</summary>
internal static class CoverageSource
{
    /// <summary>Returns the coverage at an address: a map in a file, or the pixels of a dataset or of all datasets of a
    /// collection.</summary>
    /// <param name="address">The address.</param>
    /// <param name="order">The order of the pixels; null for that of the file, or <see cref="DatasetCoverage.DefaultOrder"/>.</param>
    /// <param name="parsed">The command line, for the options of datasets.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <exception cref="UsageException">There is no such file or folder, or the file is not a coverage map.</exception>
    internal static async Task<Moc> ReadAsync(string address, int? order, ParseResult parsed, CancellationToken cancellationToken)
    {
        if (DatasetCollection.IsWhole(address))
        {
            DatasetCollection collection = await DatasetCollection.OpenAsync(address, cancellationToken: cancellationToken)
                .ConfigureAwait(false);
            return await OfMembersAsync(collection, order ?? DatasetCoverage.DefaultOrder, parsed, cancellationToken).ConfigureAwait(false);
        }
        return IsDataset(address) ? await OfDatasetAsync(address, order, parsed, cancellationToken).ConfigureAwait(false)
            : OfFile(address, order);
    }

    /// <summary>Returns true if an address is that of a dataset, and not of a file with a map.</summary>
    internal static bool IsDataset(string address) => FileStore.IsRemote(address) || DatasetCollection.IsAddress(address)
        || Directory.Exists(address) || SavedQueryFile.IsAddress(address);

    /// <summary>Opens a dataset.</summary>
    /// <exception cref="UsageException">The address is not that of a dataset, but of a map on a server.</exception>
    internal static async Task<Dataset> OpenAsync(string address, ParseResult parsed, CancellationToken cancellationToken)
    {
        try
        {
            return await Dataset.OpenAsync(address, CommonOptions.DatasetOptionsOf(parsed), cancellationToken).ConfigureAwait(false);
        }
        catch (DatasetNotFoundException) when (FileStore.IsRemote(address) && MocFile.IsWritable(address))
        {
            throw InputFile.OnServer(address, "The coverage map");
        }
    }

    private static async Task<Moc> OfDatasetAsync(string address, int? order, ParseResult parsed, CancellationToken cancellationToken)
    {
        await using Dataset dataset = await OpenAsync(address, parsed, cancellationToken).ConfigureAwait(false);
        return await DatasetCoverage.OfAsync(dataset, order ?? DatasetCoverage.DefaultOrder, cancellationToken).ConfigureAwait(false);
    }

    // The coverage of all members with positions on the sky. A member that cannot be read is an error: the map would be incomplete.
    private static async Task<Moc> OfMembersAsync(DatasetCollection collection, int order, ParseResult parsed,
        CancellationToken cancellationToken)
    {
        Moc? all = null;
        foreach (CollectionMember member in collection.Members)
            try
            {
                await using Dataset dataset = await OpenAsync(collection.AddressOf(member), parsed, cancellationToken)
                    .ConfigureAwait(false);
                if (!DatasetCoverage.IsPossible(dataset))
                    CommonOptions.Warnings(parsed)($"the member '{member.Name}' of the collection '{collection.Address}' has no positions "
                        + "on the sky, and is left out of the coverage");
                else if (await DatasetCoverage.OfAsync(dataset, order, cancellationToken).ConfigureAwait(false) is var map)
                    all = all is null ? map : all.Union(map);
            }
            catch (PileException e) when (CollectionMemberException.IsOfOne(e))
            {
                throw CollectionMemberException.Of(collection, member, e);
            }
        return all ?? throw new UsageException($"The collection '{collection.Address}' has no coverage: none of its datasets has positions "
            + "on the sky.");
    }

    private static Moc OfFile(string path, int? order)
    {
        if (!Path.Exists(path) && !ExistingPath.IsFile(path))
            throw new UsageException($"'{path}' does not exist. Name a dataset, or a coverage map as FITS, text or JSON.");
        try
        {
            Moc map = MocFile.Read(path);
            return order is { } wanted ? map.AtOrder(wanted) : map;
        }
        catch (PileException e)
        {
            throw new UsageException(IsSpaceTime(path) // the file is part of the command
                ? $"'{path}' is a space-time map, but one of the sky alone is expected. 'pile moc {path} --time' reads it." : e.Message);
        }
    }

    private static bool IsSpaceTime(string path)
    {
        try
        {
            return MocFile.ReadSpaceTime(path) is not null;
        }
        catch (Exception e) when (e is PileException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
