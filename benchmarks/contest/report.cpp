// SPDX-License-Identifier: MIT
#include "contest/report.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>

namespace contest {
namespace {

/// The value that the given part of all are below.
double quantile(std::vector<double> values, double part) {
    auto const at = values.begin() + std::lround(part * static_cast<double>(values.size() - 1));
    std::ranges::nth_element(values, at);
    return *at;
}

double median(std::vector<double> const& values) { return quantile(values, 0.5); }

template <class T>
void add_once(std::vector<T>& items, T const& item) {
    if (std::ranges::find(items, item) == items.end())
        items.push_back(item);
}

} // namespace

report::series& report::find(figure_names const& told, std::size_t size, std::string_view name) {
    for (series& one : all_) {
        if (one.told.name == told.name && one.size == size && one.name == name)
            return one;
    }
    return all_.emplace_back(series{told, size, name});
}

void report::add_round(std::array<figure_names, 2> const& told, std::size_t size,
                       std::span<std::string_view const> names, std::span<figures const> found) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        for (std::size_t figure = 0; figure < told.size(); ++figure) {
            if (std::isnan(found[i][figure]))
                continue;
            series& one = find(told[figure], size, names[i]);
            one.values.push_back(found[i][figure]);
            one.ratios.push_back(found[i][figure] / found[0][figure]);
        }
    }
}

void report::leave_out(std::string_view name, std::size_t size, std::string const& why) {
    auto known = std::ranges::find_if(absences_, [&](absence const& a) { return a.name == name && a.why == why; });
    if (known == absences_.end())
        known = absences_.insert(known, {.name = name, .why = why});
    add_once(known->sizes, std::to_string(size));
}

void report::print_table(figure_names const& told) const {
    std::vector<std::size_t> columns;
    std::vector<std::string_view> rows;
    for (series const& one : all_) {
        if (one.told.name == told.name) {
            add_once(columns, one.size);
            add_once(rows, one.name);
        }
    }
    std::printf("\n%s\n%-21s", std::string(told.heading).c_str(), "");
    for (std::size_t const size : columns)
        std::printf("%*zu %s ", 19 - static_cast<int>(size_name_.size()), size, std::string(size_name_).c_str());
    std::printf("\n%-21s", "");
    for (std::size_t i = 0; i < columns.size(); ++i)
        std::printf("%12s %7s ", std::string(told.unit).c_str(), "ratio");
    std::printf("\n");
    for (std::string_view const row : rows) {
        std::printf("%-21s", std::string(row).c_str());
        for (std::size_t const size : columns) {
            auto const one = std::ranges::find_if(
                all_, [&](series const& s) { return s.told.name == told.name && s.size == size && s.name == row; });
            if (one == all_.end())
                std::printf("%12s %7s ", "-", "-");
            else
                std::printf("%12.0f %7.3f ", median(one->values), median(one->ratios));
        }
        std::printf("\n");
    }
}

void report::print() const {
    std::vector<std::string_view> printed;
    for (series const& one : all_) {
        if (std::ranges::find(printed, one.told.name) == printed.end()) {
            printed.push_back(one.told.name);
            print_table(one.told);
        }
    }
    if (!absences_.empty())
        std::printf("\nLeft out:\n");
    for (absence const& one : absences_) {
        std::string sizes;
        for (std::string const& size : one.sizes)
            sizes += (sizes.empty() ? "" : ", ") + size;
        std::printf("  %s with %s %s: %s\n", std::string(one.name).c_str(), sizes.c_str(),
                    std::string(size_name_).c_str(), one.why.c_str());
    }
}

bool report::write_csv(std::string const& path) const {
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> const file(std::fopen(path.c_str(), "w"), std::fclose);
    if (!file)
        return false;
    std::fprintf(file.get(), "scenario,contender,%s,ratio,ratio_low,ratio_high,rounds\n",
                 std::string(columns_).c_str());
    for (series const& one : all_) {
        std::fprintf(file.get(), "%s,%s,%zu,%.1f,%.4f,%.4f,%.4f,%zu\n", std::string(one.told.name).c_str(),
                     std::string(one.name).c_str(), one.size, median(one.values), median(one.ratios),
                     quantile(one.ratios, 0.25), quantile(one.ratios, 0.75), one.ratios.size());
    }
    return std::fflush(file.get()) == 0 && std::ferror(file.get()) == 0;
}

} // namespace contest
