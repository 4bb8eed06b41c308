using System.Globalization;
using System.Security.Cryptography;
using Pile.Storage;
using Pile.Tables;

namespace Pile.CrossMatch;

/// <content>Which table it is, and whether it has changed.</content>
public sealed partial class TableSide
{
    private string File => TableReader.FileOf(table.Path);

    internal override bool HasFile(string realPath) => InputFiles.IsSame(File, realPath);

    internal override async Task<SideIdentity> IdentifyAsync(bool asOpened, CancellationToken cancellationToken) =>
        new("table", Path.GetFileName(table.Path), null, null, Selection, await StampAsync(cancellationToken).ConfigureAwait(false));

    internal override SideIdentity IdentityAsRead(SideIdentity before) => before with { Selection = Selection };

    private string Selection => string.Join("; ",
        ((string?[])[condition is null ? null : $"where {condition}",
            .. cones.Select(c => string.Create(CultureInfo.InvariantCulture, $"cone {c.RaDeg:R},{c.DecDeg:R},{c.RadiusDeg:R}")),
            $"{Frame.Lon} {positions.Ra.Name}",
            $"{Frame.Lat} {positions.Dec.Name}", positions.Id is null ? "id row number" : $"id {positions.Id.Name}",
            options.RaUnit is { } unit ? $"ra unit {unit}" : null, options.Frame is { } frame ? $"frame {frame}" : null])
        .OfType<string>());

    // Not its time or inode, which differ between copies of the table.
    internal override async Task<string> ContentAsync(CancellationToken cancellationToken)
    {
        using FileStream bytes = new(File, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, FileOptions.SequentialScan);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(bytes, cancellationToken).ConfigureAwait(false));
    }

    // If a file was just changed, another change may not change its time, so its content is compared.
    private async Task<string> StampAsync(CancellationToken cancellationToken)
    {
        FileStamp stamp = FileStamp.Of(File);
        isHashed ??= stamp.IsRecent;
        string facts = string.Create(CultureInfo.InvariantCulture, $"{stamp.Bytes} {stamp.Inode} {stamp.Modified} {stamp.Changed}");
        if (!isHashed.Value)
            return facts;
        using FileStream bytes = new(File, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, FileOptions.SequentialScan);
        return $"{facts} {Convert.ToHexStringLower(await SHA256.HashDataAsync(bytes, cancellationToken).ConfigureAwait(false))}";
    }
}
